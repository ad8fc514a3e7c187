// After a restart of the hub everybody comes back at once. A herd must cost one encoded snapshot
// per view and not one per device. How often the hub really encoded is counted by V8 itself,
// which counts calls when NODE_V8_COVERAGE is set; frames alone could not tell.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { atMost, type Bar, exactly } from '../bar.ts';
import { hubBundle, type HubProcess, startHub } from '../hub/hub-process.ts';
import { type BenchDevice, pairDevices } from '../hub/pairing.ts';
import { cpuMs } from '../hub/proc.ts';
import { withScratch } from '../hub/scratch.ts';
import { enter } from '../ours/entry.ts';
import { connect } from '../ours/link.ts';
import { fillMenu } from '../ours/order.ts';
import { steadyOrders } from '../ours/steady.ts';
import { Tellings } from '../ours/tellings.ts';
import { watch, type Watching } from '../ours/watcher.ts';

const roles = ['entry', 'kitchen', 'guest', 'manager'];
const devicesPerRole = 125;
/** Some hundred open and closed orders: a working set of an ordinary evening. */
const orders = 300;

export interface Herd {
  readonly devices: number;
  readonly views: number;
  readonly allLiveMs: number;
  readonly hubCpuMs: number;
  /** The same when each still has the rows of the head: nothing needs to be sent. */
  readonly allLiveWithRowsMs: number;
  /** Devices that had them and were sent something all the same. */
  readonly notLive: number;
  /** Undefined when the function that encodes is no longer found in the bundle. */
  readonly snapshotsEncoded: number | undefined;
}

export function measureHerd(): Promise<{ result: Herd; bars: Bar[] }> {
  return withScratch((folder) =>
    withScratch(async (coverageFolder) => {
      const first = await startHub({ folder });
      const devices = await ending(fill(first), first.kill);
      const environment = { NODE_V8_COVERAGE: coverageFolder };
      const hub = await startHub({ folder, port: first.port, environment });
      const came = await ending(comeBack(hub, devices), hub.stop);
      const encoded = callsIn(coverageFolder);
      const result: Herd = {
        devices: devices.length,
        views: roles.length,
        snapshotsEncoded: encoded,
        ...came.result,
      };
      const perView = encoded === undefined ? Number.NaN : encoded / roles.length;
      return {
        result,
        bars: [
          atMost('snapshots encoded per view for the herd', perView, 1),
          exactly('views whose devices are not all equal', came.unequal, 0),
        ],
      };
    }),
  );
}

/** What `work` comes to, with `end` done afterwards in any case. */
async function ending<T>(work: Promise<T>, end: () => Promise<void>): Promise<T> {
  try {
    return await work;
  } finally {
    await end();
  }
}

async function fill(hub: HubProcess): Promise<BenchDevice[]> {
  const devices: BenchDevice[] = [];
  for (const role of roles) devices.push(...(await pairDevices(hub, role, devicesPerRole)));
  const manager = devices.find(({ role }) => role === 'manager');
  if (manager === undefined) throw new Error('nobody may place orders');
  const entry = await enter(hub.port, manager, new Tellings());
  await fillMenu(entry.give);
  await steadyOrders([entry], orders, 1);
  entry.link.close();
  return devices;
}

/** All at once: first without rows of their own, the worst they can do, then with them. */
async function comeBack(hub: HubProcess, devices: readonly BenchDevice[]) {
  // One for each view: what was sent to the first need not be read again for the others.
  const tellings = new Map(roles.map((role) => [role, new Tellings()]));
  const cpuBeforeMs = cpuMs(hub.pid);
  const startedMs = performance.now();
  const back = await Promise.all(
    devices.map((device) => {
      return watch(hub.port, device, tellings.get(device.role) ?? new Tellings());
    }),
  );
  const allLiveMs = Math.round(performance.now() - startedMs);
  const hubCpuMs = cpuMs(hub.pid) - cpuBeforeMs;
  const unequal = roles.filter((role) => !areEqual(back, role)).length;
  for (const { link } of back) link.close();
  const againMs = performance.now();
  const again = await Promise.all(
    back.map(({ link: { device, welcome }, watcher: { at } }) =>
      connect(hub.port, device, { at, lastN: welcome.lastN, onFrame: () => undefined }),
    ),
  );
  const allLiveWithRowsMs = Math.round(performance.now() - againMs);
  const notLive = again.filter(({ welcome }) => welcome.mode !== 'live').length;
  for (const link of again) link.close();
  return { result: { allLiveMs, hubCpuMs, allLiveWithRowsMs, notLive }, unequal };
}

function areEqual(back: readonly Watching[], role: string): boolean {
  const ofRole = back.filter(({ link }) => link.device.role === role);
  return new Set(ofRole.map(({ watcher }) => watcher.hash())).size === 1;
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
    }[];
  }[];
}

/** Calls of `make` in catch-up.ts, found by the comment with which esbuild opens each file. */
function callsIn(coverageFolder: string): number | undefined {
  const source = readFileSync(hubBundle, 'utf8');
  const begins = source.indexOf('// packages/sync/src/hub/catch-up.ts\n');
  const ends = source.indexOf('\n// packages/', begins + 1);
  const scripts = readdirSync(coverageFolder)
    .map((name) => JSON.parse(readFileSync(path.join(coverageFolder, name), 'utf8')) as Coverage)
    .flatMap(({ result }) => result.filter(({ url }) => url.endsWith('/dist/hub.js')));
  const counts = scripts
    .flatMap(({ functions }) => functions)
    .filter(({ functionName, ranges: [range] }) => {
      const offset = range?.startOffset ?? -1;
      return /^make\d*$/.test(functionName) && offset >= begins && offset < ends;
    })
    .map(({ ranges: [range] }) => range?.count ?? 0);
  return begins < 0 || counts.length === 0 ? undefined : Math.max(...counts);
}
