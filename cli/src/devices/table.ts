// The list of devices as a person reads it in a terminal: who is here, who waits for a decision, and
// who asks to be let in.

import { plainText } from '../plain-text.ts';
import {
  type AskingDevice,
  type DeviceList,
  type ListedDevice,
  standingOf,
} from './device-list.ts';

export function deviceTable({ devices, asking }: DeviceList, nowMs: number): string {
  const known =
    devices.length === 0
      ? ['No device was let in yet.']
      : columns([heading, ...devices.map((device) => cellsOf(device, nowMs))]);
  if (asking.length === 0) return known.join('\n');
  return [...known, '', ...askingLines(asking, nowMs)].join('\n');
}

const heading = ['', 'name', 'role', 'here', 'to decide', 'id'];

function cellsOf(device: ListedDevice, nowMs: number): string[] {
  const { letter, name, role, deferred } = device;
  const waiting = deferred === 0 ? '' : String(deferred);
  return [letter, name, role, presenceOf(device, nowMs), waiting, device.device];
}

function presenceOf(device: ListedDevice, nowMs: number): string {
  const { isHere, seenMs } = device;
  const seen = seenMs === undefined ? 'away' : `last ${timeOf(seenMs, nowMs)}`;
  const presence = isHere ? 'yes' : seen;
  const standing = standingOf(device);
  return standing === undefined ? presence : `${standing}, ${presence}`;
}

function askingLines(asking: readonly AskingDevice[], nowMs: number): string[] {
  const rows = asking.map(({ checkCode, name = '', letter = '', atMs, device }) => [
    checkCode,
    name,
    letter,
    timeOf(atMs, nowMs),
    device,
  ]);
  return [
    'Asks to be let in:',
    ...columns([['code', 'calls itself', 'letter', 'asked', 'id'], ...rows]),
    'Where the same code stands on the device, let it in:',
    `  npm run -s pos-sync -- approve ${asking[0]?.checkCode ?? ''} --role entry --name "Till 1"`,
  ];
}

/** Each column as wide as its widest cell; what counts is characters, as a terminal shows them. */
export function columns(said: readonly (readonly string[])[]): string[] {
  const rows = said.map((row) => row.map(plainText));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => Array.from(row[column] ?? '').length)),
  );
  const padded = (cell: string, column: number): string =>
    cell + ' '.repeat((widths[column] ?? 0) - Array.from(cell).length);
  return rows.map((row) => `  ${row.map(padded).join('  ')}`.trimEnd());
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** `14:05` of today, `2026-11-21 14:05` of another day, by this machine's calendar. */
export function timeOf(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const time = `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
  if (at.toDateString() === new Date(nowMs).toDateString()) return time;
  const date = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
  return `${date} ${time}`;
}
