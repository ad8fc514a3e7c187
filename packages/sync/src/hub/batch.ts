// One batch: commands decided in turn over committed rows and the batch's own writes, sealed onto
// the chain, and handed to the store as one transaction. Until that is durable nothing of it is seen.

import { decisionText, nextChain, payloadHash, writesHash } from '../chain.ts';
import type { Domain, Refusal, Situation } from '../domain.ts';
import type { Hash } from '../ports/hash.ts';
import type { Ids } from '../ports/ids.ts';
import type { Answer, Decision, Epoch, LogEntry, Settlement } from '../ports/store.ts';
import { type StoreTransaction, rowOf } from '../ports/store.ts';
import type { Command } from '../protocol/command.ts';
import type { Decided } from '../protocol/outcome.ts';
import { type Ready, type Unready, prepare } from '../command/carry-out.ts';
import { isEngineCommand } from '../command/engine-commands.ts';
import { hasRowsOf } from '../rows/draft.ts';
import { bodyText, hold } from '../rows/held-row.ts';
import { Layer } from '../rows/layer.ts';
import type { RowSet } from '../rows/row-set.ts';
import { countIn, hasRoom } from './delivered.ts';
import { type DeviceRecord, findDevice } from './device-record.ts';
import { type Known, KnownCommands, decidedOf } from './known.ts';
import type { Powers } from './own-command.ts';
import { powersOf } from './powers.ts';
import { namedReceipt } from './receipt-numbers.ts';
import { type Verdict, hubRecord, judge, refused, subjectOf } from './verdict.ts';
import { writesOf } from './verdict-writes.ts';
import { type LoggedCommand, bodyOf, kept, verdictOnWithheld } from './withheld.ts';

/** Where history stands before the batch. */
export interface Ground {
  readonly domain: Domain;
  readonly hash: Hash;
  readonly ids: Ids;
  /** The id of the hub's own device. */
  readonly hub: string;
  readonly rows: RowSet;
  readonly epoch: Epoch;
  readonly seq: number;
  readonly chain: string;
  readonly floor: number;
  readonly receipt: number;
  readonly receiptAtOpening: number;
  /** What revoked devices delivered and no person can decide on, before the batch. */
  readonly besides: ReadonlyMap<string, number>;
  readonly day: string;
  readonly hubTimeMs: number;
  readonly lastN: ReadonlyMap<string, number>;
}

export type Admitted =
  | { readonly kind: 'decided'; readonly decided: Decided }
  | { readonly kind: 'gap'; readonly from: number }
  /** A revoked device has as much waiting for people as it may have. */
  | { readonly kind: 'full' }
  | { readonly kind: 'clone' };

export class Batch {
  readonly ground: Ground;
  /** Rows of subjects that were looked for in the archive, over the working set. */
  readonly archive: Layer;
  /** What the batch writes, over those. */
  readonly overlay: Layer;
  readonly known = new KnownCommands();
  readonly entries: LogEntry[] = [];
  readonly settled: Settlement[] = [];
  readonly archived: string[] = [];
  readonly lastN = new Map<string, number>();
  /** Outcomes of deferred commands that were settled, for their devices. */
  readonly news: { readonly device: string; readonly decided: Decided }[] = [];
  /** With this batch everything that devices offered again is decided. */
  isRecoveryEnded = false;
  /** Hub time as a manager has set it in this batch. */
  clockSetMs: number | undefined;
  /** Sockets of a device that is a copy, or of a revoked one that is full: no more is decided. */
  readonly turnedAway = new Set<string>();
  /** How much of a revoked device waits for people, as counted once for the batch. */
  readonly delivered = new Map<string, number>();
  /** How much of what the batch took of it will never wait for people. */
  readonly besides = new Map<string, number>();
  seq: number;
  chain: string;
  floor: number;
  receipt: number;
  /** By the command that is being decided. */
  receiptTaken: number | undefined;
  /** The command that took it, until the number is noted; old ones may be another bill's as well. */
  receiptFor: { readonly command: Command; readonly isOld: boolean } | undefined;
  day: string;
  readonly #lookedFor = new Set<string>();
  readonly #prepared = new Map<Command, Ready | Unready>();
  readonly #powers: Powers;

  constructor(ground: Ground) {
    this.ground = ground;
    this.archive = new Layer(ground.rows);
    this.overlay = new Layer(this.archive);
    this.seq = ground.seq;
    this.chain = ground.chain;
    this.floor = ground.floor;
    this.receipt = ground.receipt;
    this.day = ground.day;
    this.#powers = powersOf(this);
  }

  /** Takes in what the store answered, and which subjects it was asked for. */
  learn(answer: Answer, subjects: readonly string[] = []): void {
    this.known.learn(answer);
    for (const subject of subjects) this.#lookedFor.add(subject);
    for (const stored of answer.rows) {
      const isHere = this.ground.rows.find(stored.key) !== undefined;
      if (!isHere) this.archive.put(hold(rowOf(stored), stored.text));
    }
  }

  /** Subjects of these commands that have no rows here: they may lie in the archive. */
  unseenSubjects(commands: Iterable<Command>): readonly string[] {
    const unseen = new Set<string>();
    for (const command of commands) {
      if (isEngineCommand(command.name)) continue;
      const ready = this.#prepare(command);
      if ('problem' in ready || hasRowsOf(this.overlay, ready.subject)) continue;
      unseen.add(ready.subject);
    }
    return [...unseen];
  }

  lastNOf(device: string): number {
    return this.lastN.get(device) ?? this.ground.lastN.get(device) ?? 0;
  }

  /**
   * Decides one command of `device`, or says why it cannot be. With `deferral` it is deferred
   * unread. Throws `SubjectWanted` and leaves the batch as it was.
   */
  take(device: string, said: LoggedCommand, deferral?: Refusal): Admitted {
    const command = kept(this.ground.domain, said);
    const lastN = this.lastNOf(device);
    const known = this.known.find(command.id);
    const slotId = this.known.idAt(device, command.n);
    if (slotId !== undefined && slotId !== command.id) return { kind: 'clone' };
    if (known !== undefined && (slotId !== undefined || command.n <= lastN)) {
      return { kind: 'decided', decided: decidedOf(command.n, known) };
    }
    const record = this.recordOf(device);
    if (!hasRoom(this, record)) return { kind: 'full' };
    if (command.n > lastN + 1) {
      if (command.answered === undefined) return { kind: 'gap', from: lastN + 1 };
      // What lies between has no outcome yet and is decided by its id when it comes.
      this.lastN.set(device, command.n - 1);
    }
    if (known !== undefined) return this.#repeat(record, command, known);
    const body = bodyOf(command);
    const before = this.receipt;
    // The number that an offer names is on paper, also where the offer has to wait.
    const isHeard = record.revokedAt === undefined;
    const receipt = isHeard ? Math.max(before, this.#namedBy(command)) : before;
    this.giveReceiptBack(before);
    try {
      const situation = this.situationOf(command, record);
      const verdict =
        verdictOnWithheld(command) ?? this.#verdict(command, body, record, situation, deferral);
      if (verdict.outcome !== 'ok') this.giveReceiptBack(receipt);
      const decision = this.#decisionOf(verdict, situation);
      const writes = writesOf(this, command, record, verdict);
      const entry = this.#seal(device, command, body, decision, writes);
      countIn(this, record, verdict.outcome === 'deferred');
      return { kind: 'decided', decided: decidedOf(command.n, this.known.add(entry, decision)) };
    } catch (error) {
      this.giveReceiptBack(before);
      throw error;
    }
  }

  /** What it asked for lies in the log already, under its first entry. */
  #repeat(record: DeviceRecord, command: Command, known: Known): Admitted {
    const { answered: _answered, ...said } = command;
    const body = bodyOf({ ...said, args: {} });
    const decision = { ...known.decision, repeats: true };
    const entry = this.#seal(record.device, command, body, decision, new Layer(this.overlay));
    this.known.add(entry, decision);
    countIn(this, record, false);
    return { kind: 'decided', decided: decidedOf(command.n, known) };
  }

  #verdict(
    command: Command,
    body: string,
    record: DeviceRecord,
    situation: Situation,
    deferral: Refusal | undefined,
  ): Verdict {
    const { domain } = this.ground;
    if (deferral !== undefined) return refused('deferred', deferral, subjectOf(domain, command));
    const { answered } = command;
    if (answered?.outcome === 'rejected' && record.revokedAt === undefined) {
      const { code = 'REJECTED', message = 'It was rejected before.' } = answered;
      return refused('rejected', { code, message }, subjectOf(domain, command));
    }
    const verdict = this.judge(command, body, record, situation, false);
    const wasOk = answered?.outcome === 'ok' && verdict.outcome === 'rejected';
    return wasOk ? { ...verdict, outcome: 'deferred' } : verdict;
  }

  #namedBy(command: Command): number {
    const { receiptAtOpening } = this.ground;
    return namedReceipt(command, { receipt: this.receipt, receiptAtOpening });
  }

  /** A command that did not go through leaves no hole in the numbers. */
  giveReceiptBack(receipt: number): void {
    this.receipt = receipt;
    this.receiptTaken = undefined;
    this.receiptFor = undefined;
  }

  /** The verdict of the mutator itself. `forced`: a person said that the role does not matter. */
  judge(
    command: Command,
    body: string,
    record: DeviceRecord,
    situation: Situation,
    forced: boolean,
  ): Verdict {
    const bench = {
      domain: this.ground.domain,
      rows: this.overlay,
      seq: this.seq + 1,
      isLoaded: this.isLoaded,
      prepare: this.#prepare,
      powers: this.#powers,
    };
    return judge(bench, { command, body, record, situation, forced });
  }

  /** Whether all that the archive holds of a subject is here. */
  readonly isLoaded = (subject: string): boolean => this.#lookedFor.has(subject);

  /** A command is read once, however often it is decided. */
  readonly #prepare = (command: Command): Ready | Unready => {
    const known = this.#prepared.get(command);
    if (known !== undefined) return known;
    const prepared = prepare(this.ground.domain, command);
    this.#prepared.set(command, prepared);
    return prepared;
  };

  recordOf(device: string): DeviceRecord {
    if (device === this.ground.hub) return hubRecord(device);
    const record = findDevice(this.overlay, device);
    if (record === undefined) throw new Error(`device ${device} has no record`);
    return record;
  }

  situationOf(command: Command, record: DeviceRecord): Situation {
    const { answered } = command;
    return {
      id: command.id,
      device: record.device,
      letter: record.letter,
      role: record.role,
      hubTimeMs: answered?.hubTimeMs ?? this.ground.hubTimeMs,
      day: answered?.day ?? this.day,
      madeAtMs: command.madeAt,
      base: command.base,
      late: answered === undefined && command.base < this.floor,
      stand: answered
        ? { epoch: answered.epoch.number, seq: answered.seq }
        : { epoch: this.ground.epoch.number, seq: this.seq + 1 },
      takeReceipt: () => {
        const receipt = this.#namedBy(command) || this.receipt + 1;
        this.receiptFor = { command, isOld: receipt <= this.receipt };
        this.receipt = Math.max(this.receipt, receipt);
        this.receiptTaken = receipt;
        return receipt;
      },
    };
  }

  #decisionOf(verdict: Verdict, situation: Situation): Decision {
    const { hubTimeMs, day, late } = situation;
    return {
      outcome: verdict.outcome,
      ...verdict.refusal,
      hubTimeMs,
      day,
      ...(this.receiptTaken === undefined ? {} : { receipt: this.receiptTaken }),
      ...(late ? { late } : {}),
    };
  }

  #seal(
    device: string,
    command: Command,
    body: string,
    decision: Decision,
    writes: Layer,
  ): LogEntry {
    const { hash, ids } = this.ground;
    const { n, id } = command;
    const salt = ids.next();
    const rowsHash = writesHash(hash, writes.writes);
    const payload = payloadHash(hash, salt, body, rowsHash);
    const sealed = { device, n, id, decision: decisionText(decision), payloadHash: payload };
    this.overlay.absorb(writes);
    this.seq += 1;
    this.chain = nextChain(hash, this.chain, sealed);
    if (n === this.lastNOf(device) + 1) this.lastN.set(device, n);
    const entry: LogEntry = { seq: this.seq, ...sealed, body, salt, rowsHash, chain: this.chain };
    this.entries.push(entry);
    return entry;
  }

  transaction(): StoreTransaction {
    const puts = [];
    const removed = [];
    for (const [key, write] of this.overlay.writes) {
      if (write === null) removed.push({ key, seq: this.seq });
      else {
        const { subject, seq } = write;
        puts.push({ key, subject, seq, text: bodyText(write) });
      }
    }
    return {
      entries: this.entries,
      puts,
      removed,
      archived: this.archived,
      settled: this.settled,
      lastN: this.lastN,
      head: { seq: this.seq, chain: this.chain },
      floor: this.floor,
      receipt: this.receipt,
      day: this.day,
      hubTimeMs: this.ground.hubTimeMs,
    };
  }
}
