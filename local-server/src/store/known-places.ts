// Which ids and slots are free, mostly known without looking: a device's commands come in the order
// of their n, and the engine asks for the ids of a batch before it decides it.

import { StoreFault, type LogEntry } from '@pos-sync/sync';

import type { Reading } from './reading.ts';
import { isRepeat } from './records.ts';

export interface KnownPlaces {
  /** These ids were looked for just now, and all that was found is `found`. */
  asked(ids: readonly string[], found: readonly LogEntry[]): void;
  /** No slot is logged twice, and no id but as a repeat. Throws a fault of the kind `value`. */
  check(entries: readonly LogEntry[]): void;
  /** They are durable. */
  taken(entries: readonly LogEntry[]): void;
}

/** More than a batch asks for. */
const absentMax = 4_096;

export function knownPlaces(reading: Reading): KnownPlaces {
  const absent = new Set<string>();
  const highest = new Map<string, number>();
  const highestOf = (device: string): number => {
    const known = highest.get(device) ?? reading.highestN(device);
    highest.set(device, known);
    return known;
  };
  return {
    asked(ids, found) {
      if (absent.size > absentMax) absent.clear();
      for (const id of ids) absent.add(id);
      for (const { id } of found) absent.delete(id);
    },
    check(entries) {
      const ids = new Set<string>();
      const slots = new Set<string>();
      const raised = new Map<string, number>();
      for (const { device, n, id, decision } of entries) {
        const slot = slotKey(device, n);
        if (n > (raised.get(device) ?? highestOf(device))) raised.set(device, n);
        else if (slots.has(slot) || reading.hasSlot(device, n)) {
          throw refused(`${device} ${n} is logged`);
        }
        slots.add(slot);
        if (isRepeat(decision)) continue;
        if (ids.has(id) || (!absent.has(id) && reading.hasId(id))) {
          throw refused(`the id ${id} is logged`);
        }
        ids.add(id);
      }
    },
    taken(entries) {
      absent.clear();
      for (const { device, n } of entries) highest.set(device, Math.max(n, highestOf(device)));
    },
  };
}

/** A number cannot hold a slash, so no two slots share a key. */
function slotKey(device: string, n: number): string {
  return `${n}/${device}`;
}

function refused(why: string): StoreFault {
  return new StoreFault('value', `The store cannot take this: ${why}.`);
}
