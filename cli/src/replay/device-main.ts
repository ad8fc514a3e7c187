// A device process of the replay, started under a hidden command: opens its devices, does their work,
// answers the replay's questions. It ends when the replay does.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { end } from '../end.ts';
import { type Device, openDevice } from './device.ts';
import { startEntry } from './entry-device.ts';
import { letIn } from './letting-in.ts';
import { type Kitchen, startKitchen } from './kitchen-device.ts';
import {
  type DeviceSettings,
  type DeviceWanted,
  type Holdings,
  nowMs,
  type Question,
  type Said,
  type Told,
} from './messages.ts';
import type { PlannedOrder } from './plan.ts';
import { standingOf } from './standing.ts';
import { openTrace } from './traces.ts';

const reportEveryMs = 5;
const caughtUpLookEveryMs = 10;
/** What was on the wire when a connection broke has been read and stored after so long. */
const calmMs = 60;

/** Runs until it is told to stop, the replay is gone, or it cannot go on. */
export async function runDevices(settingsFile: string): Promise<void> {
  try {
    await openAll(settingsFile);
  } catch (error) {
    // The line to the replay would keep it alive.
    end(error);
    process.exit();
  }
}

async function openAll(settingsFile: string): Promise<void> {
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as DeviceSettings;
  const parent = listen();
  const shownMs = new Map<string, number>();
  let kitchen: Kitchen | undefined;
  let finished = 0;
  const devices: Device[] = [];
  const report = throttled(() => {
    const unanswered = devices.reduce((sum, { storage }) => sum + storage.unanswered.size, 0);
    parent.say({ type: 'progress', finished, unanswered });
  });

  const open = (wanted: DeviceWanted): Promise<Device> =>
    openDevice({
      name: wanted.name,
      ...(settings.kind === 'display' ? {} : { folder: settings.folder }),
      ...(settings.kind === 'display'
        ? {}
        : { sent: openTrace(settings.folder, wanted.name, 'sent') }),
      hub: settings.hub,
      letIn: async () => letIn(settings.door, await parent.codeFor(wanted)),
      watch: {
        commandsMoved: report,
        rowsCame(keys) {
          kitchen?.rowsCame(keys);
          if (settings.kind === 'display') noteShown(shownMs, keys);
        },
      },
    });
  for (const wanted of settings.devices) devices.push(await open(wanted));
  const resumed = devices.reduce((sum, { storage }) => sum + storage.unanswered.size, 0);
  parent.answer((question) => answer(question, { settings, devices, shownMs }));
  await caughtUp(devices);
  parent.say({ type: 'ready', resumed });

  const [device] = devices;
  const trouble = (message: string): void => parent.say({ type: 'trouble', message });
  if (device === undefined) return;
  if (settings.kind === 'kitchen') kitchen = startKitchen(device, settings.prefix, trouble);
  if (settings.kind === 'entry' && settings.plan !== undefined) {
    const plan = JSON.parse(readFileSync(settings.plan, 'utf8')) as PlannedOrder[];
    const asked = openTrace(settings.folder, device.name, 'asked');
    const count = (now: number): void => {
      finished = now;
      report();
    };
    const entry = startEntry({
      device,
      plan,
      window: settings.window,
      asked,
      finished: count,
      trouble,
    });
    parent.whenAllowed(entry.allow);
  }
}

interface Held {
  readonly settings: DeviceSettings;
  readonly devices: readonly Device[];
  readonly shownMs: ReadonlyMap<string, number>;
}

async function answer(question: Question, held: Held): Promise<unknown> {
  const { devices } = held;
  switch (question.type) {
    case 'unanswered':
      return countUnanswered(devices, question.savedBeforeMs);
    case 'standings':
      for (const { client } of devices) client.nudge();
      return devices.map(standingOf);
    case 'holdings':
      return writeHoldings(held);
    case 'stop':
      await Promise.all(devices.map(({ client }) => client.close()));
      process.exit(0);
  }
}

/** Counted once the broken connection is noticed and what was still on the wire is taken in. */
async function countUnanswered(devices: readonly Device[], savedBeforeMs: number): Promise<number> {
  while (devices.some(({ client }) => client.connection.state === 'connected')) await pause(2);
  await pause(calmMs);
  const savedMs = devices.flatMap(({ storage }) => [...storage.unanswered.values()]);
  return savedMs.filter((atMs) => atMs <= savedBeforeMs).length;
}

/** Answers the names of the files it wrote. */
function writeHoldings({ settings, devices, shownMs }: Held): string[] {
  if (settings.kind === 'display') {
    const lines = Array.from(shownMs, ([key, atMs]) => `${atMs.toFixed(2)} ${key}\n`);
    const name = devices[0]?.name ?? 'display';
    writeFileSync(path.join(settings.folder, `${name}.shown.txt`), lines.join(''));
  }
  return devices.map(({ name, client }) => {
    const { at, rows } = client.confirmed;
    const holdings: Holdings = {
      name,
      role: client.identity.role,
      epoch: at?.epoch.id,
      seq: at?.seq ?? 0,
      rows: Array.from(rows, ({ key, subject, seq, body }) => ({ key, subject, seq, body })),
    };
    const file = path.join(settings.folder, `${name}.holdings.json`);
    writeFileSync(file, JSON.stringify(holdings));
    return file;
  });
}

function noteShown(shownMs: Map<string, number>, keys: readonly string[]): void {
  for (const key of keys) {
    const isMeasured = key.startsWith('order/') || key.startsWith('line/');
    if (isMeasured && !shownMs.has(key)) shownMs.set(key, nowMs());
  }
}

async function caughtUp(devices: readonly Device[]): Promise<void> {
  while (!devices.every(({ client }) => client.connection.isLive)) await pause(caughtUpLookEveryMs);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Calls `run` at most every few milliseconds, the last time after everything. */
function throttled(run: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      run();
    }, reportEveryMs);
  };
}

/** The replay's end of the line. Without one this process has nothing to do and ends. */
function listen() {
  const codes = new Map<string, (code: string) => void>();
  let allow: ((orders: number) => void) | undefined;
  let allowed = 0;
  let answerer: ((question: Question) => Promise<unknown>) | undefined;
  const say = (message: Said): void => void process.send?.(message, () => undefined);
  process.on('disconnect', () => process.exit(1));
  process.on('message', (message) => {
    const told = message as Told;
    if (told.type === 'code') return codes.get(told.name)?.(told.code);
    if (told.type === 'allow') {
      allowed = told.orders;
      return allow?.(allowed);
    }
    const { ask, question } = told;
    void answerer?.(question).then((answered) => say({ type: 'answer', ask, answer: answered }));
  });
  return {
    say,
    answer(run: (question: Question) => Promise<unknown>) {
      answerer = run;
    },
    whenAllowed(run: (orders: number) => void) {
      allow = run;
      run(allowed);
    },
    codeFor({ name, role }: DeviceWanted): Promise<string> {
      return new Promise((resolve) => {
        codes.set(name, resolve);
        say({ type: 'needsCode', name, role });
      });
    },
  };
}
