// `pos-sync doctor`: looks at everything that may keep devices from their hub, whether it runs, is
// stopped or never ran, and says for each what to do.

import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

import { didHubRun, listAddresses, readSettings } from '@pos-sync/local-server';

import { Failure } from '../failure.ts';
import { standardDataFolder } from '../program.ts';
import { silent } from '../running/silent.ts';
import { readStatus, type Status } from '../running/status.ts';
import { type Finding, look, ok, wrong } from './finding.ts';
import { diskFindings, keyFindings, lookAtStore } from './folder.ts';
import { addressFinding, clockFindings, memoryFinding, nodeFinding } from './machine.ts';

/** @param typed where the hub listens, if not as it says itself */
export async function examine(dataFolder: string, typed: string | undefined): Promise<Finding[]> {
  const nowMs = Date.now();
  const isClosed = existsSync(dataFolder) && !mayLookInto(dataFolder);
  const status = isClosed ? closedToMe(dataFolder) : await statusOf(dataFolder, typed);
  const running = 'hub' in status ? status : undefined;
  const store = isClosed ? undefined : lookAtStore(dataFolder, nowMs);
  const planned = plannedPlace();
  return [
    ...('about' in status ? [status] : hubFindings(status)),
    nodeFinding(),
    await portFinding(running, planned),
    addressFinding(
      running?.addresses ?? listAddresses(networkInterfaces(), planned.host, planned.port),
    ),
    ...(store === undefined
      ? []
      : [...diskFindings(dataFolder), store.finding, ...keyFindings(dataFolder)]),
    memoryFinding(running?.hub.memoryBytes),
    ...clockFindings(running?.hub.newestMs ?? store?.newestMs, nowMs),
  ];
}

type Running = Extract<Status, { readonly hub: object }>;

async function statusOf(dataFolder: string, typed: string | undefined): Promise<Status | Finding> {
  if (typed === undefined && !didHubRun(dataFolder)) {
    const start =
      'Start it: npm run -s pos-sync -- start --background; or name its folder: --data.';
    return look('hub', `No hub ever ran on ${dataFolder}.`, start);
  }
  try {
    return await readStatus(dataFolder, typed);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return wrong('hub', error.message, error.fix);
  }
}

function closedToMe(dataFolder: string): Finding {
  const fix = 'Run this as the user the hub runs as.';
  return wrong('hub', `This user may not look into ${dataFolder}.`, fix);
}

function mayLookInto(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hubFindings(status: Status): Finding[] {
  if (!('hub' in status)) {
    const { state, dataFolder } = status;
    if (state === 'silent') {
      const { message, fix } = silent(dataFolder);
      return [wrong('hub', message, fix)];
    }
    const start = 'Start it: npm run -s pos-sync -- start --background';
    return [look('hub', `No hub runs on ${dataFolder}.`, start)];
  }
  const { hub, state } = status;
  const judged = state === 'failing' ? wrong : look;
  const reasons = hub.reasons.map(({ message, fix }) => judged('health', message, fix));
  const pair = 'Let the first manager in: npm run -s pos-sync -- pair --role manager --name Office';
  return [
    ok('hub', `runs, version ${hub.version}, process ${hub.pid}`),
    ...(reasons.length === 0 ? [ok('health', 'all is well')] : reasons),
    hub.isClaimed ? ok('manager', 'there is one') : look('manager', 'Nobody manages it yet.', pair),
  ];
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Where a hub that is started now would listen. */
function plannedPlace(): Place {
  const read = readSettings([], process.env, standardDataFolder());
  return read.kind === 'settings' ? read.settings : { host: '0.0.0.0', port: 8080 };
}

async function portFinding(running: Running | undefined, planned: Place): Promise<Finding> {
  if (running !== undefined) {
    const port = new URL(running.addresses[0]?.url ?? 'http://127.0.0.1').port;
    return ok('port', `${port}, where the hub listens`);
  }
  const { host, port } = planned;
  const code = await whyNotOpen(host === '0.0.0.0' ? '127.0.0.1' : host, port);
  if (code === undefined) return ok('port', `${port} is free`);
  if (code === 'EADDRINUSE') {
    const fix = `Stop that program, or start the hub with --port ${port === 65_535 ? 8080 : port + 1}.`;
    return wrong(
      'port',
      `${port} is taken by another program, or by a hub of another folder.`,
      fix,
    );
  }
  const message = `${port} at ${host} cannot be opened (${code}).`;
  return wrong('port', message, 'Choose a port above 1023 with --port, and leave --host out.');
}

/** Undefined where it could be opened. */
function whyNotOpen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
