// What is looked at once, when a run is over: the store's own log against what was told durable, the
// rows that log gives again, receipts, and what still waits to be decided.

import {
  type Domain,
  type Row,
  type Store,
  genesisChain,
  rebuild,
  rowsHash,
  verifyEntries,
} from '@pos-sync/sync';
import { Broken } from './invariants.ts';
import type { Ledger } from './ledger.ts';
import { simHash } from './ports.ts';

type Rows = ReadonlyMap<string, Row>;

export function checkLog(store: Store, ledger: Ledger, rows: Rows): void {
  const image = store.load()!;
  const chain = genesisChain(simHash, image.store, image.epochs[0]!);
  const entries = store.history(0, Infinity);
  const { brokenAt } = verifyEntries(simHash, chain, entries);
  if (brokenAt !== undefined) throw new Broken('I4', `the chain breaks at ${brokenAt}`);
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1 || !ledger.entries.has(entry.id)) {
      throw new Broken('I4', `the store's log differs at ${index + 1}`);
    }
  }
  if (image.rows.length !== rows.size) throw new Broken('I4', 'the store has other rows');
}

/**
 * Receipt numbers are given once each. Where a device brings back a bill whose number went to another
 * one meanwhile, both are on paper: then people are told.
 */
export function checkReceipts(ledger: Ledger, raised: Rows): void {
  const given = new Set<number>();
  for (const [id, { body }] of ledger.entries) {
    const receipt = ledger.decisionOf(id)?.receipt;
    // Who settles a bill repeats the number it got.
    if (receipt === undefined || body.startsWith('{"name":"deferred.decide"')) continue;
    if (given.has(receipt) && !isTold(raised, receipt)) {
      throw new Broken('O6', `receipt ${receipt} was given twice, and nobody was told`);
    }
    given.add(receipt);
  }
}

function isTold(raised: Rows, receipt: number): boolean {
  for (const { key, body } of raised.values()) {
    if (key.startsWith('attention/more:')) return true;
    if (body['code'] !== 'RECEIPT_TWICE') continue;
    if ((body['message'] as string).includes(` ${receipt} `)) return true;
  }
  return false;
}

/** The log alone gives the same rows, as long as one build decided all of it. */
export function checkRebuilt(build: Domain, store: Store, rows: Rows): void {
  const { epochs } = store.load()!;
  const again = rebuild(build, simHash, epochs, store.history(0, Infinity));
  const { differsAt } = again;
  if (differsAt !== undefined) throw new Broken('O8', `seq ${differsAt} comes out differently`);
  if (rowsHash(simHash, again.rows.values()) !== rowsHash(simHash, rows.values())) {
    throw new Broken('O8', 'the log gives other rows than the hub has');
  }
}

/** Why a build that knows the command could not read it before. */
const unread = new Set(['UNKNOWN_COMMAND', 'NEWER_COMMAND']);

/** Nothing waits that the build now running can read, or whose turn has come. */
export function checkWaiting(build: Domain, ledger: Ledger, rows: Rows): void {
  const waiting = [...rows.values()].filter(
    ({ key, body }) => key.startsWith('deferred/') && body['outcome'] === 'deferred',
  );
  for (const { body, subject } of waiting) {
    const { id, name, code, device, n } = body as Record<string, string>;
    if (unread.has(code!) && build.mutators.has(name!)) {
      throw new Broken('O9', `${name} ${id} can be read by this build and still waits`);
    }
    // What was offered again can wait for rows that are still to come; its row says the first reason.
    if (code !== 'BEHIND_DEFERRED' || ledger.isOffered(id!)) continue;
    const isBehind = waiting.some(
      (other) =>
        other.subject === subject &&
        other.body['device'] === device &&
        Number(other.body['n']) < Number(n),
    );
    if (!isBehind) throw new Broken('O9', `${name} ${id} waits behind nothing`);
  }
}
