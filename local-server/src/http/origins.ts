// The web addresses under which this hub ever served, kept in the data folder: a page that a tablet
// has open since before the router gave the hub another address still counts as ours.

import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';

import type { Log } from '../log.ts';
import { keepSecret } from '../secret-file.ts';

export const originsName = 'origins';

/** The latest; a hub on a phone changes its address several times a day. */
const originsMax = 256;

export interface Origins {
  has(origin: string): boolean;
  /** From now on these are ours as well. */
  add(origins: readonly string[]): void;
}

/** @param folder where they are kept; undefined keeps them in memory alone */
export function openOrigins(folder: string | undefined, log: Log): Origins {
  const known = new Set(folder === undefined ? [] : readOrigins(folder, log));
  return {
    has: (origin) => known.has(origin),
    add(origins) {
      const fresh = origins.filter((origin) => !known.has(origin));
      if (fresh.length === 0) return;
      for (const origin of fresh) known.add(origin);
      for (const origin of known) if (known.size > originsMax) known.delete(origin);
      if (folder === undefined) return;
      try {
        keepSecret(folder, originsName, JSON.stringify([...known]));
      } catch (error) {
        // Until the next start they are known all the same.
        log.warn({ error }, 'the addresses of this hub could not be written down');
      }
    },
  };
}

/** A file that cannot be read is set aside for whoever wants to know why, never written over. */
function readOrigins(folder: string, log: Log): string[] {
  const file = path.join(folder, originsName);
  if (!existsSync(file)) return [];
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(read) && read.every(isOrigin)) return read;
  } catch {
    // As with one that holds something else.
  }
  const aside = `${file}.unreadable-${Date.now()}`;
  try {
    renameSync(file, aside);
    log.warn({ aside }, 'the kept addresses of this hub could not be read; the file was set aside');
  } catch (error) {
    log.warn({ error, file }, 'the kept addresses of this hub could not be read');
  }
  return [];
}

function isOrigin(text: unknown): text is string {
  return typeof text === 'string' && URL.parse(text)?.origin === text;
}
