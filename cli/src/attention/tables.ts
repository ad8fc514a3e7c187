// What waits for a manager as a person reads it in a terminal, with what to type next. Amounts are
// minor units, as everywhere.

import { columns, timeOf } from '../devices/table.ts';
import { calledOf } from '../history/tables.ts';
import { type AttentionEntry, isOpen, type Waiting } from './ask.ts';

export function attentionText(
  waiting: readonly Waiting[],
  entries: readonly AttentionEntry[],
  nowMs: number,
): string {
  const rest = entries.filter((entry) => !isOpen(entry));
  if (waiting.length === 0 && rest.length === 0) return 'Nothing waits for a person.';
  const parts = [
    ...(waiting.length === 0 ? [] : [waitingLines(waiting, nowMs)]),
    ...(rest.length === 0 ? [] : [entryLines(rest, nowMs)]),
  ];
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

/** Of the command to type. */
const placesShown = 4;

function waitingLines(waiting: readonly Waiting[], nowMs: number): string[] {
  const cells = waiting.map((one) => [
    ...whoAndWhat(one, one.askedMs, nowMs),
    one.message ?? one.code,
  ]);
  const places = waiting
    .slice(0, placesShown)
    .map(({ seq }) => seq)
    .join(' ');
  return [
    'Waits for a decision, the oldest first:',
    ...columns([['place', 'when', 'device', 'order', 'what it asks', 'why it waits'], ...cells]),
    'Carry out, or drop for good; with --device in place of the numbers all of one device:',
    `  npm run -s pos-sync -- decide ${places} --apply`,
    `  npm run -s pos-sync -- decide ${places} --drop`,
  ];
}

function entryLines(entries: readonly AttentionEntry[], nowMs: number): string[] {
  const cells = entries.map((one) => [
    ...whoAndWhat(one, one.askedMs ?? one.hubTimeMs, nowMs),
    endOf(one),
    whyOf(one),
  ]);
  return [
    'To look at, the newest first:',
    ...columns([['place', 'when', 'device', 'order', 'what was asked', 'what', 'why'], ...cells]),
    'Put right what is wrong, as by entering it again; then take it off the list:',
    `  npm run -s pos-sync -- dismiss ${entries[0]?.seq ?? ''}`,
  ];
}

function whoAndWhat(
  { seq, by, order, asked, name }: Waiting | AttentionEntry,
  atMs: number | undefined,
  nowMs: number,
): string[] {
  const when = atMs === undefined ? '' : timeOf(atMs, nowMs);
  const number = order === undefined ? '' : (order.number ?? order.order);
  return [String(seq), when, calledOf(by), number, asked ?? name ?? ''];
}

function endOf({ kind, settled }: AttentionEntry): string {
  if (settled === undefined) return kind;
  return settled === 'ok' ? 'carried out' : 'over, no effect';
}

function whyOf({ message, code, count }: AttentionEntry): string {
  if (message !== undefined) return message;
  return count === undefined ? code : `and ${count} more, for which the list had no room`;
}
