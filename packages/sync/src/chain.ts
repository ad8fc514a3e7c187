// The chain: each decided command sealed onto all before it. Whoever remembers a seq and its chain
// notices a history that was cut, changed or replaced.

import type { Hash } from './ports/hash.ts';
import type { Decision, Epoch, LogEntry } from './ports/store.ts';
import type { At } from './protocol/scalar.ts';
import { bodyText } from './rows/held-row.ts';
import type { Write } from './rows/layer.ts';

/** The chain before the first command of a store. */
export function genesisChain(hash: Hash, store: string, epoch: Epoch): string {
  return hash.sha256(['genesis', store, epoch.number, epoch.id].join('\n'));
}

/** Hash of the rows a command put and removed, in the order it did so. */
export function writesHash(hash: Hash, writes: ReadonlyMap<string, Write>): string {
  const lines: string[] = [];
  for (const [key, write] of writes) {
    lines.push(write === null ? `-${key}` : `+${key} ${write.subject} ${bodyText(write)}`);
  }
  return hash.sha256(lines.join('\n'));
}

export function payloadHash(hash: Hash, salt: string, body: string, rowsHash: string): string {
  return hash.sha256([salt, body, rowsHash].join('\n'));
}

type Sealed = Pick<LogEntry, 'device' | 'n' | 'id' | 'decision' | 'payloadHash'>;

export function nextChain(hash: Hash, chain: string, entry: Sealed): string {
  const { device, n, id, decision, payloadHash: payload } = entry;
  return hash.sha256([chain, device, n, id, decision, payload].join('\n'));
}

/** The one text of a decision: what is stored, and what the chain covers. */
export function decisionText(decision: Decision): string {
  const { outcome, code, message, hubTimeMs, day, receipt, late, repeats } = decision;
  return JSON.stringify({ outcome, code, message, hubTimeMs, day, receipt, late, repeats });
}

export function stampOf(hash: Hash, key: string, at: Omit<At, 'stamp'>): string {
  return hash.hmac(key, ['at', at.epoch.number, at.epoch.id, at.seq, at.chain].join('\n'));
}

/**
 * Walks entries in seq order from `chain` on. Returns the chain after the last one, or the first seq
 * that does not hold. An entry whose salt and body were erased (both empty) keeps its payload hash.
 */
export function verifyEntries(
  hash: Hash,
  chain: string,
  entries: Iterable<LogEntry>,
): { readonly chain: string; readonly brokenAt?: number } {
  let last = chain;
  for (const entry of entries) {
    const erased = entry.salt === '' && entry.body === '';
    const holds =
      nextChain(hash, last, entry) === entry.chain &&
      (erased || payloadHash(hash, entry.salt, entry.body, entry.rowsHash) === entry.payloadHash);
    if (!holds) return { chain: last, brokenAt: entry.seq };
    last = entry.chain;
  }
  return { chain: last };
}
