import { describe, expect, it } from 'vitest';

import { Failure } from '../failure.ts';
import {
  type AskingDevice,
  type DeviceList,
  type ListedDevice,
  asWritten,
  findAsking,
  findListed,
} from './device-list.ts';
import { deviceTable } from './table.ts';

const noon = new Date(2026, 10, 22, 12, 0).getTime();
const minuteMs = 60_000;

function listed(letter: string, name: string, more: Partial<ListedDevice> = {}): ListedDevice {
  const device = `id-${letter}`;
  return { device, letter, name, role: 'entry', isHere: true, deferred: 0, ...more };
}

const asking: AskingDevice = {
  device: 'id-x',
  checkCode: 'K7Q2-M9XD',
  name: 'Bar',
  letter: 'C',
  atMs: noon - 2 * minuteMs,
};

const list: DeviceList = {
  devices: [
    listed('A', 'Till'),
    listed('B', 'Grill', { role: 'kitchen', isHere: false, seenMs: noon - 65 * minuteMs }),
    listed('C', 'Terrace', { isHere: false, seenMs: noon - 24 * 60 * minuteMs, deferred: 3 }),
    listed('D', 'Grill', { isHere: false, revokedAt: 9 }),
    listed('E', 'Bar 1', { isHere: false, retiredAt: 12 }),
  ],
  asking: [asking],
};

describe('the table', () => {
  it('says who is here, who was, and what waits for a decision', () => {
    expect(deviceTable({ ...list, asking: [] }, noon).split('\n')).toEqual([
      '     name     role     here                   to decide  id',
      '  A  Till     entry    yes                               id-A',
      '  B  Grill    kitchen  last 10:55                        id-B',
      '  C  Terrace  entry    last 2026-11-21 12:00  3          id-C',
      '  D  Grill    entry    revoked, away                     id-D',
      '  E  Bar 1    entry    retired, away                     id-E',
    ]);
  });

  it('says who asks to be let in, by which code, and what to type', () => {
    const lines = deviceTable({ devices: [], asking: [asking] }, noon).split('\n');
    expect(lines).toEqual([
      'No device was let in yet.',
      '',
      'Asks to be let in:',
      '  code       calls itself  letter  asked  id',
      '  K7Q2-M9XD  Bar           C       11:58  id-x',
      'Where the same code stands on the device, let it in:',
      '  npm run -s pos-sync -- approve K7Q2-M9XD --role entry --name "Till 1"',
    ]);
  });
});

describe('the device that is meant', () => {
  it.each([
    ['id-B', 'id-B'],
    ['c', 'id-C'],
    ['till', 'id-A'],
    ['bar 1', 'id-E'],
  ])('is found by %s', (typed, device) => {
    expect(findListed(list, typed).device).toBe(device);
  });

  it('is nobody where a revoked one had the same name: people may mean that one', () => {
    expect(() => findListed(list, 'Grill')).toThrow(
      /any of these:\n {2}B {2}Grill.*\n {2}D {2}Grill/,
    );
  });

  it('is nobody where one is called like the id of another', () => {
    const alike = { ...list, devices: [...list.devices, listed('F', 'id-C')] };
    expect(() => findListed(alike, 'id-C')).toThrow(/any of these/);
    expect(findListed(alike, 'C').device).toBe('id-C');
  });

  it('is nobody where two have the name, and both are named', () => {
    const twice = { ...list, devices: [...list.devices, listed('F', 'Till'), listed('G', 'B')] };
    expect(() => findListed(twice, 'Till')).toThrow(
      /any of these:\n {2}A {2}Till.*\n {2}F {2}Till/,
    );
    expect(() => findListed(twice, 'b')).toThrow(/B {2}Grill[^]*G {2}B/);
    expect(findListed(twice, 'id-F').letter).toBe('F');
  });

  it('is nobody where none is called so', () => {
    expect(() => findListed(list, 'Attic')).toThrow(Failure);
    expect(() => findListed(list, 'K7Q2-M9XD')).toThrow('The hub has no device "K7Q2-M9XD" here.');
  });

  it.each(['K7Q2-M9XD', 'k7q2m9xd', 'K7Q2 M9XD'])(
    'is found by %s where it asks to be let in',
    (typed) => {
      expect(findAsking(list, typed)).toEqual(asking);
      expect(asWritten(typed)).toBe('K7Q2-M9XD');
    },
  );

  it.each(['id-x', 'bar', 'A', ''])('is nobody among those that ask by %j', (typed) => {
    expect(() => findAsking(list, typed)).toThrow(Failure);
  });

  it('is not who asks under a code as its id or its name', () => {
    const thief = { device: 'K7Q2-M9XD', checkCode: '0000-0001', name: 'k7q2m9xd', atMs: noon };
    expect(findAsking({ ...list, asking: [thief, asking] }, 'K7Q2-M9XD')).toEqual(asking);
  });

  it('is nobody where two ask with one code', () => {
    const twice = { ...list, asking: [asking, { ...asking, device: 'id-y' }] };
    expect(() => findAsking(twice, 'K7Q2-M9XD')).toThrow(/any of these:.*\n.*id-x\n.*id-y/);
  });
});
