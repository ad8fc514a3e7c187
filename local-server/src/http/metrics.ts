// What a program that watches the hub reads: numbers in the text format of Prometheus. Commits are
// counted as they happen; everything else is looked up when somebody asks. No name of a device, no
// order and no person is in it.

import { statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { kindOf, type RunningHub, type Store } from '@pos-sync/sync';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import { meteredStore } from '../store/metered.ts';
import { isRepeat } from '../store/records.ts';
import { databaseName } from '../store/schema.ts';
import { addRoute } from './routes.ts';

export interface Metrics {
  /** The same store, counting. */
  watch(store: Store): Store;
  /** Adds the route; call it before the server listens. */
  open(app: FastifyInstance, running: Watched): void;
  /** One of its numbers as it is now; undefined where it cannot be had. */
  read(name: string): number | undefined;
}

export type Watched = Pick<RunningHub, 'status' | 'devices'>;

/** @param folder holds the database; undefined for a store in memory */
export function createMetrics(folder: string | undefined): Metrics {
  const registry = new Registry();
  const registers = [registry];
  let readings: readonly Reading[] = [];
  // Plain numbers, because a commit must not wait for what nobody may ever read.
  const decided = new Map(['ok', 'rejected', 'deferred', 'repeat'].map((outcome) => [outcome, 0]));
  const commands = new Counter({
    name: 'pos_sync_commands_total',
    help: 'Commands decided since the start, by outcome; "repeat" had no effect.',
    labelNames: ['outcome'],
    registers,
    collect() {
      commands.reset();
      for (const [outcome, count] of decided) commands.inc({ outcome }, count);
    },
  });
  const commits = new Histogram({
    name: 'pos_sync_commit_seconds',
    help: 'How long transactions took until they were on the disk.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const faults = new Counter({
    name: 'pos_sync_store_faults_total',
    help: 'Transactions that the store did not take, by kind of fault.',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of ['value', 'busy', 'broken']) faults.inc({ kind }, 0);
  return {
    watch: (store) =>
      meteredStore(store, {
        committed(tookMs, entries) {
          commits.observe(tookMs / 1_000);
          for (const { decision } of entries) {
            const outcome = outcomeOf(decision);
            decided.set(outcome, (decided.get(outcome) ?? 0) + 1);
          }
        },
        refused: (kind) => faults.inc({ kind }),
      }),
    open(app, running) {
      readings = [
        ...hubReadings(running),
        ...(folder === undefined ? [] : diskReadings(folder)),
        ...processReadings(app),
      ];
      for (const reading of readings) register(registry, reading);
      addRoute(app, {
        method: 'GET',
        url: '/metrics',
        who: ['manager', 'program'],
        summary: 'Numbers for a program that watches the hub, in the text format of Prometheus.',
        response: { type: 'string' },
        media: 'text/plain',
        handler: async (_request, reply) =>
          reply.type(registry.contentType).send(await registry.metrics()),
      });
    },
    read: (wanted) => readings.find(({ name }) => name === wanted)?.read(),
  };
}

/** The text of a decision is the engine's own: a quote within a message has a backslash before it. */
function outcomeOf(decision: string): string {
  if (isRepeat(decision)) return 'repeat';
  return /"outcome":"(\w+)"/.exec(decision)?.[1] ?? 'ok';
}

/** One number, read when somebody asks; left out where it cannot be had. */
interface Reading {
  readonly name: string;
  readonly help: string;
  /** It only goes up. */
  readonly isTotal?: boolean;
  read(): number | undefined;
}

function register(registry: Registry, { name, help, isTotal = false, read }: Reading): void {
  const registers = [registry];
  if (isTotal) {
    const counter = new Counter({
      name,
      help,
      registers,
      collect() {
        counter.reset();
        counter.inc(read() ?? 0);
      },
    });
    return;
  }
  const gauge = new Gauge({
    name,
    help,
    registers,
    collect() {
      const value = read();
      if (value === undefined) gauge.remove();
      else gauge.set(value);
    },
  });
}

function hubReadings(running: Watched): Reading[] {
  const of = (
    name: string,
    help: string,
    take: (status: Watched['status']) => number,
  ): Reading => ({ name: `pos_sync_${name}`, help, read: () => take(running.status) });
  return [
    {
      name: 'pos_sync_devices_paired',
      help: 'Devices that were let in, and neither put away nor shut out.',
      read: () => running.devices().filter(isPaired).length,
    },
    of('devices_here', 'Devices that are connected.', ({ devices }) => devices.length),
    of('devices_behind', 'Of these, those too slow to be told at once.', ({ behind }) => behind),
    of('sockets', 'Open sockets, also those that did not say hello yet.', ({ sockets }) => sockets),
    of('queued_commands', 'Commands that wait to be decided.', ({ queued }) => queued),
    of(
      'offered_commands',
      'Commands offered again that wait for the rest.',
      ({ offered }) => offered,
    ),
    {
      name: 'pos_sync_deferred_commands',
      help: 'Commands that wait for a person to decide.',
      read: () => running.devices().reduce((sum, { deferred }) => sum + deferred, 0),
    },
    of('attention_entries', 'Entries on the list of what needs attention.', ({ rows }) =>
      [...rows.values()].reduce((sum, { key }) => sum + Number(kindOf(key) === 'attention'), 0),
    ),
    of('seq', 'Place of the newest command in the log.', ({ at }) => at.seq),
    of(
      'epoch',
      'Number of the present epoch: 1 until history was ever lost.',
      ({ at }) => at.epoch.number,
    ),
    of('recovering', '1 while devices are asked for what the hub lost, else 0.', ({ awaited }) =>
      Number(awaited !== undefined),
    ),
  ];
}

function isPaired({ retiredAt, revokedAt }: ReturnType<Watched['devices']>[number]): boolean {
  return retiredAt === undefined && revokedAt === undefined;
}

function diskReadings(folder: string): Reading[] {
  const sizeOf = (file: string) => () => statSync(file, { throwIfNoEntry: false })?.size;
  const database = path.join(folder, databaseName);
  return [
    {
      name: 'pos_sync_database_bytes',
      help: 'Size of the database.',
      read: sizeOf(database),
    },
    {
      name: 'pos_sync_wal_bytes',
      help: 'Size of the newest transactions beside it.',
      read: sizeOf(`${database}-wal`),
    },
    {
      name: 'pos_sync_disk_free_bytes',
      help: 'What the hub may still write on the disk of its data folder.',
      read: () => freeBytes(folder),
    },
  ];
}

/** A folder that is away says nothing here; /health and the store say it. */
function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

const lagResolutionMs = 20;

function processReadings(app: FastifyInstance): Reading[] {
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  lag.enable();
  app.addHook('onClose', (_app, done) => {
    lag.disable();
    done();
  });
  // What is measured is the time between two looks: on time is no lag.
  const lagSeconds = (nanoseconds: number): number =>
    Math.max(0, nanoseconds / 1e9 - lagResolutionMs / 1_000) || 0;
  return [
    {
      name: 'process_resident_memory_bytes',
      help: 'Memory the hub holds.',
      read: () => process.memoryUsage.rss(),
    },
    {
      name: 'nodejs_heap_size_used_bytes',
      help: 'Of that, what its objects take.',
      read: () => process.memoryUsage().heapUsed,
    },
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time used since the start.',
      isTotal: true,
      read() {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    },
    {
      name: 'process_start_time_seconds',
      help: 'When the hub started, in seconds since 1970.',
      read: () => Math.round(performance.timeOrigin / 1_000),
    },
    {
      name: 'nodejs_eventloop_lag_p99_seconds',
      help: '99 of 100 times since this was last read the hub was late by this at most.',
      read: () => lagSeconds(lag.percentile(99)),
    },
    {
      name: 'nodejs_eventloop_lag_max_seconds',
      help: 'How long the hub was busy at one time at most since this was last read.',
      read() {
        const max = lagSeconds(lag.max);
        lag.reset();
        return max;
      },
    },
  ];
}
