// `pos-sync status`: how the hub is, on one screen.

import type { HubAddress } from '@pos-sync/local-server';

import { columns, timeOf } from '../devices/table.ts';
import { askHub, findDoor, NoAnswer, readAddresses } from '../hub-door.ts';
import { plainText } from '../plain-text.ts';
import { isSilent } from './silent.ts';

export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** What `GET /hub` answers. */
export interface Standing {
  readonly version: string;
  readonly pid: number;
  readonly sinceMs: number;
  readonly storage: 'sqlite' | 'memory';
  readonly epoch: number;
  readonly seq: number;
  readonly day: string;
  readonly isRecovering: boolean;
  readonly isClaimed: boolean;
  readonly paired: number;
  readonly here: number;
  readonly behind: number;
  readonly openOrders: number;
  readonly deferred: number;
  readonly attention: number;
  readonly memoryBytes: number;
  readonly newestMs?: number;
  readonly databaseBytes?: number;
  readonly diskFreeBytes?: number;
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly reasons: readonly Reason[];
}

export type Status =
  | { readonly state: 'stopped' | 'silent'; readonly dataFolder: string }
  | {
      /** `degraded`: orders move all the same; `failing`: they do not. */
      readonly state: 'running' | 'degraded' | 'failing';
      readonly dataFolder: string;
      readonly addresses: readonly HubAddress[];
      readonly hub: Standing;
    };

/** Throws `Failure` where what answers there is no hub of this folder. */
export async function readStatus(dataFolder: string, typed: string | undefined): Promise<Status> {
  try {
    const door = findDoor(dataFolder, typed);
    const hub = (await askHub(door, 'GET', '/hub')) as Standing;
    const addresses = await readAddresses(door);
    return { state: hub.status === 'ok' ? 'running' : hub.status, dataFolder, addresses, hub };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { state: isSilent(dataFolder, error) ? 'silent' : 'stopped', dataFolder };
  }
}

export function isWell({ state }: Status): boolean {
  return state === 'running' || state === 'degraded';
}

export function statusText(status: Status, nowMs: number): string {
  if (!('hub' in status)) return sayNone(status);
  const { state, dataFolder, addresses, hub } = status;
  const reasons = hub.reasons.flatMap(({ message, fix }) => ['', plainText(message), fix]);
  const rows = columns(rowsOf(hub, addresses, dataFolder, nowMs));
  return [sentences[state], ...reasons, '', ...rows].join('\n');
}

function sayNone({ state, dataFolder }: Pick<Status, 'state' | 'dataFolder'>): string {
  return state === 'stopped'
    ? `No hub runs on ${dataFolder}.\nStart it: npm run -s pos-sync -- start --background`
    : `A hub works with ${dataFolder}, but does not answer.\nLook again in some seconds; then: npm run -s pos-sync -- doctor`;
}

const sentences = {
  running: 'The hub is running, and all is well.',
  degraded: 'The hub is running. Orders move; this needs a look:',
  failing: 'The hub is running, but orders do not move:',
};

function rowsOf(
  hub: Standing,
  addresses: readonly HubAddress[],
  dataFolder: string,
  nowMs: number,
): string[][] {
  const { version, pid, sinceMs, newestMs, paired, here, behind } = hub;
  const late = behind === 0 ? '' : `, ${behind} of them behind`;
  const newest = newestMs === undefined ? '' : `, at ${timeOf(newestMs, nowMs)}`;
  const lost = hub.isRecovering ? '; devices bring back what was lost' : '';
  return [
    ['since', `${timeOf(sinceMs, nowMs)} (${lasting(nowMs - sinceMs)})`],
    ['program', `version ${version}, process ${pid}, ${bytesText(hub.memoryBytes)} of memory`],
    ['addresses', addresses.map(({ url }) => url.replace('http://', '')).join(', ')],
    ['devices', `${paired} let in, ${here} here${late}`],
    ['manager', hub.isClaimed ? 'there is one' : 'none yet: see docs/door.md'],
    ['orders', `${hub.openOrders} open; business day ${hub.day}`],
    ['to decide', `${hub.deferred} wait for a manager; ${hub.attention} on the attention list`],
    ['newest', `command ${hub.seq} of epoch ${hub.epoch}${newest}${lost}`],
    ['storage', storageText(hub, dataFolder)],
  ];
}

function storageText({ storage, databaseBytes, diskFreeBytes }: Standing, folder: string): string {
  if (storage === 'memory') return 'in memory only: orders are gone when the hub stops';
  const size = databaseBytes === undefined ? '' : `, ${bytesText(databaseBytes)}`;
  const free = diskFreeBytes === undefined ? '' : `, ${bytesText(diskFreeBytes)} free`;
  return `${folder}${size}${free}`;
}

/** `3 h 12 min` */
function lasting(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** `12.3 GB` */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`;
}
