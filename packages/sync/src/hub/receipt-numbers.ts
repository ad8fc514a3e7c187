// Which bill has which receipt number. The counter keeps numbers apart as long as no history is lost;
// afterwards a device may bring back a bill whose number went to another one meanwhile, or before
// anybody noticed. Both keep it, because both may be on paper, and people are told.

import type { Refusal } from '../domain.ts';
import type { Command } from '../protocol/command.ts';
import { SubjectWanted } from '../rows/draft.ts';
import { hold } from '../rows/held-row.ts';
import type { Layer } from '../rows/layer.ts';
import type { Batch } from './batch.ts';
import { subjectOf } from './verdict.ts';

/** Key and subject alike; the slash keeps any subject of the domain from being spelled so. */
const start = 'receiptNumber/';

/** A hub that went back in time lost no more receipts than this; a higher number is a lie. */
const receiptsLostMax = 10_000;

/** The highest number that is given, and the highest that was when the store was opened. */
export interface ReceiptsGiven {
  readonly receipt: number;
  readonly receiptAtOpening: number;
}

/**
 * The number that an offer names, 0 where it names none. What is lost was lost before the store was
 * opened: offers cannot raise the numbers step by step.
 */
export function namedReceipt({ answered }: Command, given: ReceiptsGiven): number {
  const named = answered?.receipt ?? 0;
  const isGiven = named <= given.receipt;
  return isGiven || named - given.receiptAtOpening <= receiptsLostMax ? named : 0;
}

/** Such rows leave the working set at every turn. */
export function isReceiptSubject(subject: string): boolean {
  return subject.startsWith(start);
}

/**
 * Notes whose number the command that is being decided has taken, once. Answers what to tell people
 * when another bill has it. Throws `SubjectWanted` where the archive has to be asked first.
 */
export function noteReceipt(batch: Batch, writes: Layer): Refusal | undefined {
  const { receiptTaken: receipt, receiptFor: taken, ground } = batch;
  batch.receiptFor = undefined;
  if (receipt === undefined || taken === undefined) return undefined;
  const key = `${start}${receipt}`;
  const before = batch.overlay.find(key);
  if (before === undefined && taken.isOld && !batch.isLoaded(key)) throw new SubjectWanted(key);
  const bill = subjectOf(ground.domain, taken.command);
  if (before === undefined) {
    writes.put(hold({ key, subject: key, seq: batch.seq + 1, body: { receipt, bill } }));
    return undefined;
  }
  const first = before.body['bill'] as string;
  const message = `Receipt number ${receipt} is on two bills, ${first} and ${bill}. Both stay as they are; tell whoever keeps the books.`;
  return { code: 'RECEIPT_TWICE', message };
}
