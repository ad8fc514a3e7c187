// Judges a replay by what is there at its end: the file, compared with the rows of the database and
// of every device. What devices said on the way counts for nothing here.

import {
  lineKey,
  type LineRow,
  orderKey,
  type OrderRow,
  paymentKey,
  type PaymentRow,
  ticketKey,
  type TicketRow,
} from '@pos-sync/shop';

import { type ExpectedOrder, type FileTotals, sayLine, sayMade } from './expected.ts';
import { hashOfRows, hashOfView, type Row, type View } from './row-hash.ts';

/** Rows of one place: the database, or a device. */
export interface Holder {
  readonly name: string;
  /** Undefined where others work on the hub too: then no two places need stand at the same one. */
  readonly seq: number | undefined;
  readonly epoch: string | undefined;
  readonly rows: readonly Row[];
}

export interface DeviceHolder extends Holder {
  readonly viewName: string;
  readonly view: View;
}

export interface Database extends Holder {
  /** Rows of earlier days, which devices hold no longer. */
  readonly archived: readonly Row[];
  /** The rows devices are compared with, where those above are not all that a view is made of. */
  readonly told?: Holder;
}

export interface Verdict extends FileTotals {
  /** Things of the file that are missing in at least one place. */
  readonly lost: number;
  /** Things that are in at least one place more often than in the file. */
  readonly duplicated: number;
  readonly divergentDevices: number;
  /** A sentence each, the first of them; for people. */
  readonly findings: readonly string[];
}

const findingsMax = 20;

export function judge(
  expected: readonly ExpectedOrder[],
  database: Database,
  devices: readonly DeviceHolder[],
): Verdict {
  const findings = collect();
  compare(expected, whole(database), findings, { tickets: true, bills: true });
  const past = new Set(database.archived.map((row) => row.subject));
  const present = expected.filter(({ order }) => !past.has(order));
  for (const device of devices) {
    const bills = device.view.kinds.has('order');
    if (device.view.kinds.has('ticket')) {
      compare(present, device, findings, { tickets: true, bills });
    }
  }
  const { told = database } = database;
  const divergent = devices.filter((device) => isDivergent(device, told, findings.note));
  return {
    ...countTotals(whole(database).rows),
    lost: findings.lost.size,
    duplicated: findings.duplicated.size,
    divergentDevices: divergent.length,
    findings: findings.notes,
  };
}

function whole(database: Database): Holder {
  return { ...database, rows: [...database.rows, ...database.archived] };
}

function countTotals(rows: readonly Row[]): FileTotals {
  const bodies = (kind: string): Row['body'][] =>
    rows.filter(({ key }) => key.startsWith(`${kind}/`)).map(({ body }) => body);
  const orders = bodies('order') as OrderRow[];
  const lines = (bodies('line') as LineRow[]).filter(({ state }) => state !== 'voided');
  const totalMinor = orders.reduce((sum, order) => sum + order.totalMinor, 0);
  return { orders: orders.length, lines: lines.length, totalMinor };
}

function isDivergent(device: DeviceHolder, database: Holder, note: Note): boolean {
  const { name, viewName, view } = device;
  if (device.epoch !== database.epoch || device.seq !== database.seq) {
    note(`${name} stands at ${device.seq}, the database at ${database.seq}.`);
    return true;
  }
  if (hashOfRows(device.rows) === hashOfView(viewName, view, database.rows)) return false;
  note(`${name} holds other rows than the hub's view for it.`);
  return true;
}

type Note = (sentence: string) => void;

interface Findings {
  readonly lost: Set<string>;
  readonly duplicated: Set<string>;
  readonly notes: string[];
  readonly note: Note;
}

function collect(): Findings {
  const notes: string[] = [];
  const note = (sentence: string): void => {
    if (notes.length < findingsMax) notes.push(sentence);
  };
  return { lost: new Set(), duplicated: new Set(), notes, note };
}

interface Parts {
  readonly bills: boolean;
  readonly tickets: boolean;
}

/** Compares everything a holder can see; the same thing found in two places counts once. */
function compare(
  expected: readonly ExpectedOrder[],
  holder: Holder,
  findings: Findings,
  { bills, tickets }: Parts,
): void {
  const bySubject = Map.groupBy(holder.rows, ({ subject }) => subject);
  const found = (set: Set<string>, what: string): void => {
    set.add(what);
    const how = set === findings.lost ? 'is missing in' : 'is too much in';
    findings.note(`${what} ${how} ${holder.name}.`);
  };
  const missing = (what: string): void => found(findings.lost, what);
  const tooMuch = (what: string): void => found(findings.duplicated, what);
  for (const order of expected) {
    const rows = bySubject.get(order.order) ?? [];
    if (bills) compareBill(order, rows, missing, tooMuch);
    if (tickets) {
      const prefix = ticketKey(`${order.order}.`);
      const made = bodiesOf<TicketRow>(rows, prefix).flatMap((ticket) => ticket.lines);
      const said = made.filter(({ voided }) => !voided).map(sayMade);
      compareTexts(order.made, said, `${order.order}: to make `, { missing, tooMuch });
    }
  }
  if (bills) {
    const known = new Set(expected.map(({ order }) => orderKey(order)));
    for (const { key } of holder.rows) {
      if (key.startsWith(orderKey('')) && !known.has(key)) tooMuch(key);
    }
  }
}

function compareBill(
  { order, totalMinor, lines }: ExpectedOrder,
  rows: readonly Row[],
  missing: Note,
  tooMuch: Note,
): void {
  const row = rows.find(({ key }) => key === orderKey(order))?.body as OrderRow | undefined;
  if (row === undefined) missing(`${order}: the order`);
  else {
    if (row.state !== 'closed') missing(`${order}: its closing`);
    if (row.totalMinor < totalMinor || row.paidMinor < totalMinor) missing(`${order}: money`);
    if (row.totalMinor > totalMinor || row.paidMinor > totalMinor) tooMuch(`${order}: money`);
  }
  const sold = bodiesOf<LineRow>(rows, lineKey(order, ''));
  const said = sold.filter(({ state }) => state !== 'voided').map(sayLine);
  compareTexts(lines, said, `${order}: `, { missing, tooMuch });
  const payments = bodiesOf<PaymentRow>(rows, paymentKey(order, ''));
  const paid = payments.map(({ amountMinor }) => `payment of ${amountMinor}`);
  const due = totalMinor > 0 ? [`payment of ${totalMinor}`] : [];
  compareTexts(due, paid, `${order}: `, { missing, tooMuch });
}

function bodiesOf<Body>(rows: readonly Row[], prefix: string): Body[] {
  return rows.filter(({ key }) => key.startsWith(prefix)).map(({ body }) => body as Body);
}

/** Equal texts are numbered, so that the second of two lost ones counts too. */
function compareTexts(
  wanted: readonly string[],
  held: readonly string[],
  heading: string,
  { missing, tooMuch }: { readonly missing: Note; readonly tooMuch: Note },
): void {
  const counts = new Map<string, number>();
  for (const text of held) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of wanted) counts.set(text, (counts.get(text) ?? 0) - 1);
  for (const [text, difference] of counts) {
    for (let count = 1; count <= Math.abs(difference); count += 1) {
      (difference < 0 ? missing : tooMuch)(`${heading}${text} (${count})`);
    }
  }
}
