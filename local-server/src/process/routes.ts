// The hub process over HTTP: how it is, and how a manager or the box ends it or starts it anew.

import { kindOf, type RunningHub } from '@pos-sync/sync';
import type { FastifyInstance, FastifyReply } from 'fastify';

import type { CommittedStore } from '../history/command-log.ts';
import { type HealthSource, readHealth } from '../http/health.ts';
import type { Metrics } from '../http/metrics.ts';
import { answer, type Refused } from '../http/refusal.ts';
import { addRoute } from '../http/routes.ts';
import { closed, listOf, text, whole, yesOrNo } from '../http/schema.ts';
import type { StoreKind } from '../store/open.ts';

/** What the process lets others do with it. */
export interface HubProcess {
  readonly version: string;
  readonly storage: StoreKind;
  readonly health: readonly HealthSource[];
  stop(): void;
  restart(): void;
  /** Undefined where it can start itself anew. */
  whyNotAgain(): Refused | undefined;
}

export interface ProcessDesk {
  readonly hub: string;
  readonly process: HubProcess;
  readonly running: Pick<RunningHub, 'status'>;
  readonly store: CommittedStore;
  readonly metrics: Pick<Metrics, 'read'>;
  isClaimed(): boolean;
}

export function addProcessRoutes(app: FastifyInstance, desk: ProcessDesk): void {
  const { stop, restart, whyNotAgain } = desk.process;
  addRoute(app, {
    method: 'GET',
    url: '/hub',
    who: 'manager',
    summary: 'How the hub process is: since when, what it keeps, who is here, what waits.',
    response: standingSchema,
    handler: () => standingOf(desk),
  });
  addRoute(app, {
    method: 'POST',
    url: '/hub/stop',
    who: 'manager',
    summary: 'Stops the hub in order. Devices keep what they have, and wait.',
    response: leavingSchema,
    handler: (_request, reply) => afterwards(reply, stop),
  });
  addRoute(app, {
    method: 'POST',
    url: '/hub/restart',
    who: 'manager',
    summary: 'Stops the hub in order and starts it anew in place, with the program on the disk.',
    response: leavingSchema,
    refusals: ['409 CANNOT_RESTART'],
    handler(_request, reply) {
      const refused = whyNotAgain();
      return refused === undefined ? afterwards(reply, restart) : answer(reply, refused);
    },
  });
}

/** Whoever asked has the answer before the hub begins to close. */
function afterwards(reply: FastifyReply, act: () => void): FastifyReply {
  reply.raw.once('close', act);
  return reply.send({ pid: process.pid });
}

const leavingSchema = closed({ pid: whole('The number of the process.') });

const standingSchema = closed(
  {
    hub: text('The id of the hub process.'),
    version: text(),
    node: text('The version of its Node.'),
    pid: whole('The number of the process.'),
    sinceMs: whole('When it started, in ms since 1970 by the clock of the machine.'),
    storage: { enum: ['sqlite', 'memory'] },
    store: text('The id of the store.'),
    epoch: whole(),
    seq: whole('Place of the newest command in the log.'),
    day: text('The business day.'),
    isRecovering: yesOrNo('Devices are asked for what the hub lost.'),
    isClaimed: yesOrNo('Somebody manages it.'),
    paired: whole('Devices that were let in.'),
    here: whole('Devices that are connected.'),
    behind: whole('Of these, those too slow to be told at once.'),
    openOrders: whole(),
    queued: whole('Commands that wait to be decided.'),
    deferred: whole('Commands that wait for a person.'),
    attention: whole('Entries on the list of what needs attention.'),
    memoryBytes: whole('Memory the process holds.'),
    status: { enum: ['ok', 'degraded', 'failing'] },
    reasons: listOf(closed({ code: text(), message: text(), fix: text() })),
  },
  {
    newestMs: whole('When the newest command was decided, by the hub’s calendar.'),
    databaseBytes: whole(),
    walBytes: whole('The newest transactions beside the database.'),
    diskFreeBytes: whole(),
  },
);

/** Numbers are those of `/metrics`, and what it says of itself is what `/health` says. */
function standingOf({ hub, process: own, running, store, metrics, isClaimed }: ProcessDesk) {
  const { store: storeId, at, day, awaited } = running.status;
  const number = (name: string): number => metrics.read(name) ?? 0;
  return {
    hub,
    version: own.version,
    node: process.versions.node,
    pid: process.pid,
    sinceMs: Math.round(performance.timeOrigin),
    storage: own.storage,
    store: storeId,
    epoch: at.epoch.number,
    seq: at.seq,
    day,
    isRecovering: awaited !== undefined,
    isClaimed: isClaimed(),
    paired: number('pos_sync_devices_paired'),
    here: number('pos_sync_devices_here'),
    behind: number('pos_sync_devices_behind'),
    openOrders: openOrdersIn(running),
    queued: number('pos_sync_queued_commands'),
    deferred: number('pos_sync_deferred_commands'),
    attention: number('pos_sync_attention_entries'),
    memoryBytes: number('process_resident_memory_bytes'),
    ...there('newestMs', newestMsOf(store, at.seq)),
    ...there('databaseBytes', metrics.read('pos_sync_database_bytes')),
    ...there('walBytes', metrics.read('pos_sync_wal_bytes')),
    ...there('diskFreeBytes', metrics.read('pos_sync_disk_free_bytes')),
    ...readHealth(own.health),
  };
}

function there(name: string, value: number | undefined): object {
  return value === undefined ? {} : { [name]: value };
}

function openOrdersIn({ status: { rows } }: ProcessDesk['running']): number {
  return [...rows.values()].filter(
    ({ key, body }) => kindOf(key) === 'order' && body['state'] === 'open',
  ).length;
}

function newestMsOf(store: CommittedStore, seq: number): number | undefined {
  const [entry] = seq === 0 ? [] : store.history(seq - 1, 1);
  if (entry === undefined) return undefined;
  const { hubTimeMs } = JSON.parse(entry.decision) as { readonly hubTimeMs?: number };
  return hubTimeMs === undefined ? undefined : Math.round(hubTimeMs);
}
