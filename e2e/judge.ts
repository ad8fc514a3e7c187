// Judges what is there at the end: the database of a stopped hub, every device's rows and the ledger
// are compared, and every difference is a sentence. An empty list is what all these tests want.

import { nodeHash, openStore, type Row, rowOf, rowsHash, viewHash } from '@pos-sync/local-server';
import {
  orderKey,
  type OrderRow,
  orderTotal,
  type LineRow,
  lineKey,
  paidTotal,
  paymentKey,
  type PaymentRow,
} from '@pos-sync/shop';

import { shop } from '../cli/src/replay/device.ts';
import type { Crew, Device } from './crew.ts';
import type { Entry, Ledger } from './ledger.ts';

export interface Kept {
  readonly seq: number;
  readonly epoch: { readonly number: number; readonly id: string };
  /** The working set. */
  readonly rows: readonly Row[];
  readonly log: readonly { readonly id: string; readonly decision: Decision }[];
}

interface Decision {
  readonly outcome: string;
  readonly repeats?: boolean;
}

/** What a stopped hub left in its data folder, read with the hub's own checks. */
export function readKept(dataFolder: string): Kept {
  const store = openStore('sqlite', dataFolder);
  try {
    const image = store.load();
    const epoch = image?.epochs.at(-1);
    if (image === undefined || epoch === undefined) throw new Error('the hub left nothing');
    const log = store.history(0, image.head.seq).map(({ id, decision }) => ({
      id,
      decision: JSON.parse(decision) as Decision,
    }));
    return { seq: image.head.seq, epoch, rows: image.rows.map(rowOf), log };
  } finally {
    store.close();
  }
}

/** What is lost, doubled or different, in sentences. */
export function judge(kept: Kept, ledger: Ledger, crew: Pick<Crew, 'devices'>): string[] {
  return [
    ...ledger.troubles,
    ...judgeCommands(kept, ledger.entries),
    ...judgeMoney(kept, ledger.entries),
    ...judgeReceipts(kept, ledger.entries),
    ...crew.devices.flatMap((device) => judgeDevice(kept, device)),
  ];
}

/** What the hub shows to people, sorted. */
export function attentionOf({ rows }: Kept): string[] {
  const entries = rows.filter(({ key }) => key.startsWith('attention/'));
  const said = entries.map(({ body }) => body as { code?: string; message?: string });
  return said.map(({ code, message }) => `${code}: ${message}`).toSorted();
}

/** Everything a device has saved is in the log once, with the outcome the device was told. */
function judgeCommands({ log, seq }: Kept, entries: readonly Entry[]): string[] {
  const findings: string[] = [];
  if (log.length !== seq) findings.push(`the log has ${log.length} entries and ends at ${seq}`);
  const decided = Map.groupBy(
    log.filter(({ decision }) => decision.repeats !== true),
    ({ id }) => id,
  );
  for (const { id, device, name, args, isSaved, answered } of entries) {
    const what = `${name} ${String(args['order'])} of ${device}`;
    const found = decided.get(id) ?? [];
    if (found.length > 1) findings.push(`${what} was carried out ${found.length} times`);
    if (found.length === 0 && answered !== undefined)
      findings.push(`${what} was accepted and is lost`);
    if (found.length === 0 && isSaved) findings.push(`${what} was saved and is lost`);
    const outcome = found[0]?.decision.outcome;
    if (answered !== undefined && outcome !== undefined && outcome !== answered.outcome) {
      findings.push(`${what} was told to be ${answered.outcome} and is ${outcome}`);
    }
  }
  return findings;
}

/** Every order comes to the sum of its lines, and is paid with what was taken for it, to the cent. */
function judgeMoney({ rows }: Kept, entries: readonly Entry[]): string[] {
  const findings: string[] = [];
  const bySubject = Map.groupBy(rows, ({ subject }) => subject);
  const byOrder = Map.groupBy(entries, ({ args }) => String(args['order']));
  for (const [order, given] of byOrder) {
    if (!given.some(({ name }) => name === 'order.open')) continue;
    const held = bySubject.get(order) ?? [];
    const row = held.find(({ key }) => key === orderKey(order))?.body as OrderRow | undefined;
    if (row === undefined) {
      findings.push(`the order ${order} is missing`);
      continue;
    }
    const lines = bodiesOf<LineRow>(held, lineKey(order, ''));
    const payments = bodiesOf<PaymentRow>(held, paymentKey(order, ''));
    const wanted = sum(given, 'order.addLine', ({ quantity }) => Number(quantity));
    const sold = lines.reduce((many, { quantity }) => many + quantity, 0);
    if (sold !== wanted) findings.push(`${order} has ${sold} portions and ${wanted} were ordered`);
    const taken = sum(given, 'payment.take', ({ amountMinor }) => Number(amountMinor));
    if (paidTotal(payments) !== taken || row.paidMinor !== taken) {
      findings.push(`${order} is paid with ${row.paidMinor}, and ${taken} was taken`);
    }
    if (row.totalMinor !== orderTotal(lines)) findings.push(`${order} has a wrong total`);
    const isClosed = given.some(({ name }) => name === 'order.close');
    if (isClosed && (row.state !== 'closed' || row.totalMinor !== taken)) {
      findings.push(`${order} is ${row.state} at ${row.totalMinor}, paid ${taken}`);
    }
  }
  return findings;
}

function sum(
  entries: readonly Entry[],
  name: string,
  amount: (args: Entry['args']) => number,
): number {
  const some = entries.filter((entry) => entry.name === name);
  return some.reduce((total, { args }) => total + amount(args), 0);
}

function bodiesOf<Body>(rows: readonly Row[], prefix: string): Body[] {
  return rows.filter(({ key }) => key.startsWith(prefix)).map(({ body }) => body as Body);
}

/** A closed bill has a receipt number: the one its device was told, and nobody else has it. */
function judgeReceipts({ rows }: Kept, entries: readonly Entry[]): string[] {
  const closed = bodiesOf<OrderRow>(rows, orderKey('')).filter(({ state }) => state === 'closed');
  const numbers = closed.map(({ receipt }) => receipt);
  const twice = numbers.filter((number, index) => numbers.indexOf(number) !== index);
  const findings = twice.map((number) => `the receipt number ${number} is there twice`);
  if (numbers.includes(null)) findings.push('a closed order has no receipt number');
  const byKey = new Map(rows.map(({ key, body }) => [key, body]));
  for (const { args, answered } of entries) {
    if (answered?.receipt === undefined) continue;
    const order = String(args['order']);
    const held = byKey.get(orderKey(order)) as OrderRow | undefined;
    if (held?.receipt === answered.receipt) continue;
    findings.push(`${order} was told receipt ${answered.receipt} and has ${held?.receipt}`);
  }
  return findings;
}

/** A device holds exactly what the hub's view shows it at the same place of the same history. */
function judgeDevice({ rows, seq, epoch }: Kept, { name, role, client }: Device): string[] {
  const { at, rows: held } = client.confirmed;
  if (at?.epoch.id !== epoch.id || at.seq !== seq) {
    return [`${name} stands at ${at?.epoch.number}:${at?.seq}, the hub at ${epoch.number}:${seq}`];
  }
  const viewName = shop.viewOf(role) ?? '';
  const view = shop.views.get(viewName);
  if (view === undefined) return [`the role ${role} has no view`];
  const isEqual = rowsHash(nodeHash, held) === viewHash(nodeHash, viewName, view, rows);
  return isEqual ? [] : [`${name} holds other rows than the hub's view for it at ${seq}`];
}
