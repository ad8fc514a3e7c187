// A hub that comes back: killed or stopped, and started again on the same folder and port, as the
// service manager of a box does it.

import path from 'node:path';

import { type Exit, type HubProcess, startHub } from './hub-process.ts';

export interface StandingHub {
  /** `http://127.0.0.1:8080`, the same after every start. */
  readonly address: string;
  readonly dataFolder: string;
  /** Of the process that runs now. */
  readonly pid: number;
  start(): Promise<void>;
  /** Nothing happens where none runs. */
  end(signal: NodeJS.Signals): Promise<Exit | undefined>;
  health(): Promise<{ readonly status: string }>;
  /** Once it has read through all it keeps. */
  checkedHealth(): Promise<{ readonly status: string }>;
  /** Settles when the hub ends, by itself or because it was told to. */
  readonly ended: Promise<Exit>;
}

const hubProgram = path.resolve(import.meta.dirname, '../dist/hub.js');

export function hubCommand(dataFolder: string): readonly string[] {
  return [process.execPath, hubProgram, '--data', dataFolder, '--log', 'warn'];
}

/** With this variable a hub ends by itself when whoever started it is gone, however that happened. */
const environment = { npm_lifecycle_event: 'e2e' };

/** @param settings of the hub, as environment variables */
export async function openStandingHub(
  dataFolder: string,
  settings: Record<string, string> = {},
): Promise<StandingHub> {
  const folder = path.dirname(dataFolder);
  const launch = (port: number): Promise<HubProcess> =>
    startHub({
      command: hubCommand(dataFolder),
      folder,
      environment: { ...environment, ...settings, PORT: String(port) },
    });
  let running: HubProcess | undefined = await launch(0);
  let { ended } = running;
  const { port } = running;
  return {
    address: `http://127.0.0.1:${port}`,
    dataFolder,
    get pid() {
      if (running === undefined) throw new Error('the hub is stopped');
      return running.pid;
    },
    get ended() {
      return ended;
    },
    async start() {
      if (running !== undefined) throw new Error('the hub runs already');
      running = await launch(port);
      ({ ended } = running);
    },
    async end(signal) {
      const ending = running;
      running = undefined;
      return ending?.stop(signal);
    },
    health() {
      if (running === undefined) throw new Error('the hub is stopped');
      return running.health();
    },
    checkedHealth() {
      if (running === undefined) throw new Error('the hub is stopped');
      return running.checkedHealth();
    },
  };
}
