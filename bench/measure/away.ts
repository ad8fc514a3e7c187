// A device that was away pays for what is different, not for what happened: ten thousand changes to
// twenty rows come back as twenty rows.

import { newId } from '@pos-sync/client';
import { type Bar, exactly } from '../bar.ts';
import { hashOf } from '../ours/copy.ts';
import type { Entry } from '../ours/entry.ts';
import { askForAll, withFloor } from '../ours/floor.ts';
import { orderSteps } from '../ours/order.ts';
import { Tellings } from '../ours/tellings.ts';
import { watch } from '../ours/watcher.ts';
import { connect } from '../ours/link.ts';

/** Each is two rows, a line and its order. */
const orders = 10;
const changes = 10_000;
const inFlight = 100;

export interface Away {
  readonly commands: number;
  readonly kind: string;
  readonly rowsPut: number;
  readonly rowsRemoved: number;
  readonly bytes: number;
}

export function measureAway(): Promise<{ result: Away; bars: Bar[] }> {
  return withFloor({ entries: 1, displays: 1 }, async (floor) => {
    const [entry] = floor.entries;
    const [away] = floor.displays;
    if (entry === undefined || away === undefined) throw new Error('nobody is there');
    const ids = await openOrders(entry);
    away.link.close();
    const before = await watch(floor.hub.port, away.link.device, new Tellings());
    before.link.close();
    const copy = before.watcher.copy();
    await changeOften(entry, ids);
    let bytes = 0;
    const whole = Promise.withResolvers<void>();
    const link = await connect(floor.hub.port, away.link.device, {
      at: copy.at,
      onFrame(data) {
        bytes += data.length;
        if (copy.take(JSON.parse(data.toString()) as Parameters<typeof copy.take>[0])) {
          whole.resolve();
        }
      },
    });
    await whole.promise;
    link.close();
    const isSame = hashOf(copy) === hashOf(await askForAll(floor));
    const { kind, puts, removed } = copy.caughtUp;
    return {
      result: { commands: changes, kind, rowsPut: puts, rowsRemoved: removed, bytes },
      bars: [
        exactly(`rows that come after ${changes} changes to ${orders * 2} rows`, puts, orders * 2),
        exactly('rows that are wrong after it', isSame ? 0 : 1, 0),
      ],
    };
  });
}

/** Orders with one line each, and nothing else. */
async function openOrders({ give, link }: Entry): Promise<string[]> {
  const ids = Array.from({ length: orders }, () => newId());
  for (const [index, order] of ids.entries()) {
    const steps = orderSteps(order, { letter: link.device.letter, count: index + 1 });
    for (const [name, args] of steps.slice(0, 2)) await give(name, args);
  }
  return ids;
}

/** One more and one fewer of each order's line, in turn. */
async function changeOften({ give, refused }: Entry, ids: readonly string[]): Promise<void> {
  for (let done = 0; done < changes; done += inFlight) {
    const given = Array.from({ length: inFlight }, (_, index) => {
      const order = ids[index % ids.length];
      const by = Math.floor((done + index) / ids.length) % 2 === 0 ? 1 : -1;
      return give('order.changeQuantity', { order, line: 'l1', by });
    });
    await Promise.all(given);
  }
  if (refused.length > 0) throw new Error(`${refused.length} changes were refused`);
}
