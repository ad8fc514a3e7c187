// One device process as the replay sees it: started, asked, killed without a goodbye, started again
// on the same storage.

import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { Failure } from '../failure.ts';
import { ownProgram } from '../program.ts';
import {
  deviceCommand,
  type DeviceSettings,
  type Question,
  type Said,
  type Told,
} from './messages.ts';

export interface DeviceProcess {
  readonly kind: DeviceSettings['kind'];
  readonly name: string;
  readonly finished: () => number;
  readonly unanswered: () => number;
  /** It ended without having been told to. */
  readonly isGone: () => boolean;
  /** Lets an entry device begin so many orders of its plan in all; holds after a restart, too. */
  allow(orders: number): void;
  /** Asks and waits for the answer. Rejects when the process ends before. */
  ask<Answer>(question: Question): Promise<Answer>;
  /** Ends it at once and for good. */
  end(): Promise<void>;
  /** Ends it at once; settles when it is gone. */
  kill(): Promise<void>;
  /** Starts it again; answers how many commands without an outcome it found in its storage. */
  restart(): Promise<number>;
  stop(): Promise<void>;
}

export interface DeviceEvents {
  /** Opens a pairing window and answers its code. */
  codeFor(role: string, name: string): Promise<string>;
  trouble(message: string): void;
  /** A process was started, which has to be ended however all this ends. */
  begun(device: DeviceProcess): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  readonly ready: Promise<number>;
  readonly asked: Map<number, (answer: unknown) => void>;
  readonly unheard: Map<number, (error: Error) => void>;
}

const saidLinesMax = 20;
const stopWithinMs = 5_000;

/** Settles when its devices are let in, connected and caught up. */
export async function startDevices(
  settings: DeviceSettings,
  events: DeviceEvents,
): Promise<DeviceProcess> {
  const name = settings.devices[0]?.name ?? settings.kind;
  const file = path.join(settings.folder, `${name}.settings.json`);
  writeFileSync(file, JSON.stringify(settings));
  const state = newState();
  let asks = 0;
  let running = launch(file, name, state, events);
  const kill = async (): Promise<void> => {
    state.dying = true;
    running.child.kill('SIGKILL');
    await running.ended;
  };
  const device: DeviceProcess = {
    kind: settings.kind,
    name,
    finished: () => state.finished,
    unanswered: () => state.unanswered,
    isGone: () => !state.alive && !state.dying,
    allow(orders) {
      if (state.allowed === orders) return;
      state.allowed = orders;
      tell(running.child, { type: 'allow', orders });
    },
    ask: <Answer>(question: Question) => {
      asks += 1;
      const ask = asks;
      return new Promise<Answer>((resolve, reject) => {
        running.asked.set(ask, (answer) => resolve(answer as Answer));
        running.unheard.set(ask, reject);
        if (running.child.connected) tell(running.child, { type: 'question', ask, question });
        else reject(new Failure(1, `${name} has ended.`, 'Start the replay again.'));
      });
    },
    kill,
    end() {
      state.over = true;
      return kill();
    },
    async restart() {
      if (state.over) throw new Failure(1, `${name} has ended.`, 'Start the replay again.');
      state.dying = false;
      running = launch(file, name, state, events);
      return running.ready;
    },
    async stop() {
      state.dying = true;
      tell(running.child, { type: 'question', ask: 0, question: { type: 'stop' } });
      const force = setTimeout(() => running.child.kill('SIGKILL'), stopWithinMs);
      await running.ended;
      clearTimeout(force);
    },
  };
  await events.begun(device);
  await running.ready;
  return device;
}

function newState() {
  return {
    finished: 0,
    unanswered: 0,
    allowed: 0,
    alive: true,
    /** It was told to end. */
    dying: false,
    over: false,
  };
}

function launch(
  file: string,
  name: string,
  state: ReturnType<typeof newState>,
  events: DeviceEvents,
): Running {
  const child = fork(ownProgram, [deviceCommand, file], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  state.alive = true;
  state.unanswered = 0;
  const said: string[] = [];
  if (child.stderr !== null) {
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      if (said.length > saidLinesMax) said.shift();
    });
  }
  const asked: Running['asked'] = new Map();
  const unheard: Running['unheard'] = new Map();
  const ready = Promise.withResolvers<number>();
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      state.alive = false;
      const message = `The device process ${name} ended. It said: ${said.join(' | ')}`;
      const failure = new Failure(
        1,
        message,
        'Run the replay again with --keep DIR and report it.',
      );
      for (const reject of unheard.values()) reject(failure);
      ready.reject(failure);
      if (!state.dying) events.trouble(message);
      resolve();
    });
  });
  // Whoever waits for it hears of it; nobody else has to.
  ready.promise.catch(() => undefined);
  child.on('error', (error) => ready.reject(error));
  child.on('message', (message) => {
    const heard = message as Said;
    switch (heard.type) {
      case 'needsCode':
        events.codeFor(heard.role, heard.name).then(
          (code) => tell(child, { type: 'code', name: heard.name, code }),
          (error: unknown) => ready.reject(error),
        );
        return;
      case 'ready':
        tell(child, { type: 'allow', orders: state.allowed });
        return ready.resolve(heard.resumed);
      case 'progress':
        state.finished = heard.finished;
        state.unanswered = heard.unanswered;
        return;
      case 'trouble':
        return events.trouble(`${name}: ${heard.message}`);
      case 'answer':
        asked.get(heard.ask)?.(heard.answer);
        asked.delete(heard.ask);
        unheard.delete(heard.ask);
    }
  });
  return { child, ended, ready: ready.promise, asked, unheard };
}

/** A process that is just ending cannot be told anything any more; its end is noticed elsewhere. */
function tell(child: ChildProcess, message: Told): void {
  if (child.connected) child.send(message, () => undefined);
}
