// CRC-32 finds every single flipped bit and every burst up to 32 bits. It guards against worn
// flash, not against people: for those there is the chain. The zero byte keeps columns apart.

import { crc32 } from 'node:zlib';
import { StoreFault, type LogEntry } from '@pos-sync/sync';

type Column = string | number;

/** Over columns that are already known to be storable. */
export function checksum(...columns: readonly Column[]): number {
  return crc32(columns.join('\0'));
}

export function rowChecksum(key: string, subject: string, seq: number, text: string): number {
  return crc32(storable(`${key}\0${subject}\0${seq}\0${text}`));
}

export function entryChecksum(entry: LogEntry, repeats: number): number {
  const { seq, device, n, id, body, salt, rowsHash, payloadHash, decision, chain } = entry;
  const place = `${seq}\0${device}\0${n}\0${id}\0${repeats}`;
  return crc32(
    storable(`${place}\0${body}\0${salt}\0${rowsHash}\0${payloadHash}\0${decision}\0${chain}`),
  );
}

/**
 * UTF-8 has no half of a surrogate pair: SQLite would store another character without a word, and
 * the checksum would never fit again.
 */
export function storable(text: string): string {
  if (text.isWellFormed()) return text;
  throw new StoreFault('value', 'A text holds half an emoji, which cannot be stored.');
}
