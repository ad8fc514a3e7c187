// A manager and a waiter on one tablet, as a program of its own: it can be put into a network and be
// stopped in the middle. Says how it is on stdout, a line at a time, and does what stdin says.
//
// Usage: node e2e/wifi-crew.ts FOLDER MANAGER-CODE WAITER-CODE ADDRESS…

import { createInterface } from 'node:readline';

import { type Device, openDevice, openUp, settled } from './crew.ts';
import { judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { serve } from './service.ts';

/** What each line on stdout is. */
export interface CrewLine {
  /** All of them are connected and have everything. */
  readonly isLive: boolean;
  readonly answered: number;
  readonly waiting: number;
  /** Nothing moves any more. */
  readonly isAtRest?: boolean;
  /** What the judge says, once asked. */
  readonly findings?: readonly string[];
}

const sayEveryMs = 100;
const [folder = '', managerCode = '', waiterCode = '', ...addresses] = process.argv.slice(2);
const ledger = new Ledger();
const place = { addresses, folder, ledger, heard: { busy: 0 } };
const manager = await openDevice(place, { name: 'office', role: 'manager', code: managerCode });
await openUp(manager);
const waiter = await openDevice(place, { name: 'waiter', role: 'entry', code: waiterCode });
const devices: Device[] = [manager, waiter];
await settled({ devices });
const service = serve(devices, { unansweredMax: 24, name: 'wifi' });

function say(more: Partial<CrewLine> = {}): void {
  const isLive = devices.every(({ client }) => client.connection.isLive);
  const waiting = devices.reduce((sum, { client }) => sum + client.connection.waiting, 0);
  const line: CrewLine = { isLive, answered: ledger.answered, waiting, ...more };
  console.log(JSON.stringify(line));
}

const saying = setInterval(say, sayEveryMs);
for await (const asked of createInterface(process.stdin)) {
  if (asked === 'rest') {
    await service.stop();
    await settled({ devices });
    say({ isAtRest: true });
  } else if (asked.startsWith('judge ')) {
    say({ findings: judge(readKept(asked.slice('judge '.length)), ledger, { devices }) });
  }
}
clearInterval(saying);
await Promise.all(devices.map(({ client }) => client.close()));
