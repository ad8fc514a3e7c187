// The hub process: reads its settings, opens its parts in order, and closes them in reverse. This
// page only wires; reading it tells you what a hub is made of.

import './runtime.ts';
import './store/check-worker.ts';

import { existsSync } from 'node:fs';
import path from 'node:path';

import { StoreFault } from '@pos-sync/sync';

import { banner, reachableOf } from './banner.ts';
import { openSocketChannel } from './channel/socket-channel.ts';
import { prepareDataFolder } from './data-folder.ts';
import { isManaging } from './devices/known-device.ts';
import { openDoor } from './door.ts';
import { openEngine } from './engine/open-engine.ts';
import { recoveryHealth, sayRecovery } from './engine/recovery-health.ts';
import type { HealthSource } from './http/health.ts';
import { createMetrics } from './http/metrics.ts';
import { createHttp, sayWhyNotListening } from './http/server.ts';
import { openLog } from './log.ts';
import { openLogFile } from './log-file.ts';
import { makeAdminKey } from './pairing/admin-key.ts';
import { joinPicture, showClaims } from './pairing/claim.ts';
import { startAgain, whyNotAgain } from './process/start-again.ts';
import { makeSecret, readSecret, stampKeyName } from './secret-file.ts';
import { findDataFolder, readSettings } from './settings.ts';
import { stopOnSignals } from './shutdown.ts';
import { watchStore } from './store/health.ts';
import { forgetOwnAddress, isFolderHeld, keepAddress } from './store/lock.ts';
import { checkNewest, openStore, storeProblem } from './store/open.ts';
import { databaseName } from './store/schema.ts';
import { openSidecar } from './store/sidecar.ts';
import { StoreProblem } from './store/problem.ts';
import { version } from './version.ts';

const standardDataFolder = findDataFolder(import.meta.dirname, process.cwd());
const read = readSettings(process.argv.slice(2), process.env, standardDataFolder);
if (read.kind === 'help') end(0, read.text);
if (read.kind === 'wrong') end(2, read.sentence);
const { settings } = read;

const trouble = prepareDataFolder(settings.dataFolder);
if (trouble !== undefined) end(1, trouble);

const isTerminal = process.stdout.isTTY;
const logFile = openLogFile(settings.dataFolder);
const log = await openLog(settings.logLevel, isTerminal, logFile);
// Node says it on stderr, which nobody may keep.
process.on('uncaughtExceptionMonitor', (thrown) => logFile.noteThrown(thrown));
const shutdown = stopOnSignals(log);
const health: HealthSource[] = [];

const { host, port, dataFolder, commandRate } = settings;
const isDurable = settings.store === 'sqlite';
const isNewShop = isDurable && !existsSync(path.join(dataFolder, databaseName));
const store = orEnd(() => openStore(settings.store, dataFolder));
if (!isDurable) shutdown.add('address', () => forgetOwnAddress(dataFolder));
shutdown.add('store', store.close);
if (isDurable) orEnd(() => checkNewest(dataFolder));

const http = createHttp({ host, port, version, health, log, dataFolder });
const metrics = createMetrics(isDurable ? dataFolder : undefined);
const channel = openSocketChannel(http.server, http.gate, commandRate);
// A key that is gone, or was made anew because others could read it: the folder was put back.
const stampKeyBefore = readSecret(dataFolder, stampKeyName);
const stampKey = orEnd(() => makeSecret(dataFolder, stampKeyName));
const engine = orEnd(() =>
  openEngine({
    store: metrics.watch(store),
    channel,
    witness: isDurable ? openSidecar(dataFolder, log) : undefined,
    stampKey,
    isRestored: stampKey !== stampKeyBefore,
    commandsPerSecond: commandRate,
    addresses: () => http.addresses().map(({ url }) => new URL(url).host),
    exit: leave,
    onRecovery: sayRecovery(log),
  }),
);
const { running } = engine;
const adminKey = orEnd(() => makeAdminKey(dataFolder));
const { addresses } = http;
const showClaim = showClaims({ isTerminal, dataFolder, log, addresses, print: console.log });
const pairing = openDoor(http, {
  engine,
  store,
  adminKey,
  metrics,
  process: {
    version,
    storage: settings.store,
    health,
    stop: () => shutdown.stop('asked to stop'),
    restart() {
      const listening = http.port();
      const say = (why: string): void => log.fatal({ why }, 'the hub could not be started anew');
      shutdown.startAnew('asked to start anew', () => startAgain(listening, say));
    },
    whyNotAgain,
  },
  showClaim,
});
health.push(recoveryHealth(() => running.status));
if (isDurable) health.push(watchStore(dataFolder, log));

await http.listen().catch((error: unknown) => {
  const sentence = sayWhyNotListening(error, host, port);
  if (sentence === undefined) throw error;
  return giveUp(sentence);
});
shutdown.add('http', http.close);
shutdown.add('sockets', () => channel.end());
shutdown.add('engine', () => running.stop());

const started = { settings, isNewShop, port: http.port(), addresses: http.addresses() };
const [first] = started.addresses;
// A store in memory holds no lock: the folder may be another hub's.
if (first !== undefined && (isDurable || !isFolderHeld(dataFolder))) {
  keepAddress(dataFolder, new URL(first.url).host);
}
// At every log level: with --port 0 this line is the only place where the port stands.
log.child({}, { level: 'info' }).info({ version, ...started }, 'the hub is running');
if (isTerminal) {
  const reach = running.devices().some(isManaging) ? reachableOf(started.addresses)[0] : undefined;
  const picture = reach && (await joinPicture(reach.url));
  console.log(banner({ ...started, standardDataFolder, picture }));
}
pairing.lookAtClaim();

/** What a store that cannot be opened has to say is a sentence and the one safe next step. */
function orEnd<Opened>(open: () => Opened): Opened {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof StoreProblem || error instanceof StoreFault)) throw error;
    const { message, fix } = storeProblem(error, dataFolder);
    return giveUp(`${message}\n${fix}`);
  }
}

/** Code 75 asks whoever started the hub to start it again; it then verifies what is on the disk. */
function leave(message: string): never {
  log.fatal({ message }, 'the store failed; the hub leaves to start again and verify');
  process.exit(75);
}

/** What keeps the hub from starting also stands where `pos-sync logs` looks. */
function giveUp(sentence: string): never {
  logFile.note(60, sentence);
  return end(1, sentence);
}

function end(code: number, sentence: string): never {
  if (code === 0) console.log(sentence);
  else console.error(sentence);
  process.exit(code);
}
