// The letters before order numbers: who gets which, and when one is free again.

import { beforeEach, expect, it } from 'vitest';

import { expectTheLogAloneGivesTheRows } from '../testing/rig-claims.ts';
import { Rig } from '../testing/rig.ts';

const dayMs = 86_400_000;

let rig: Rig;
let pairings = 0;

beforeEach(() => {
  rig = new Rig();
  for (const device of ['a', 'b', 'c']) rig.pair(device, 'entry');
});

function letterOf(device: string): unknown {
  return rig.hub.status.rows.find(`device/${device}`)?.body['letter'];
}

/** Pairs a device that says which letter it had. */
function letIn(device: string, letter: string): unknown {
  pairings += 1;
  const args = { device, publicKey: `key:${device}`, name: device, role: 'entry', letter };
  rig.own(`in:${pairings}`, 'device.pair', args);
  return letterOf(device);
}

it('gives the letter of a retired device to another one after seven days [H8] [E3]', () => {
  const retiredMs = rig.wallMs;
  rig.own('retire', 'device.retire', { device: 'b' });
  rig.own('almost', 'clock.set', { hubTimeMs: retiredMs + 7 * dayMs - 1_000 });
  rig.pair('d', 'entry');
  expect(letterOf('d')).toBe('D');
  rig.own('then', 'clock.set', { hubTimeMs: retiredMs + 7 * dayMs + 1_000 });
  rig.pair('e', 'entry');
  rig.pair('f', 'entry');
  expect([letterOf('e'), letterOf('f')]).toEqual(['B', 'E']);
  expectTheLogAloneGivesTheRows(rig);
});

it('counts the week from the first time a device was retired [H8] [E1]', () => {
  const retiredMs = rig.wallMs;
  rig.own('retire', 'device.retire', { device: 'b' });
  rig.own('later', 'clock.set', { hubTimeMs: retiredMs + 7 * dayMs + 1_000 });
  rig.own('retire again', 'device.retire', { device: 'b' });
  rig.pair('d', 'entry');
  expect(letterOf('d')).toBe('B');
});

it('keeps the letter of a device that was shut out [H8]', () => {
  rig.own('revoke', 'device.revoke', { device: 'b' });
  rig.own('later', 'clock.set', { hubTimeMs: rig.wallMs + 30 * dayMs });
  rig.pair('d', 'entry');
  expect(letterOf('d')).toBe('D');
});

it('gives a device that is let in again the letter it had, where that is free [H8] [E8]', () => {
  expect(letIn('h', 'H')).toBe('H');
  expect(letIn('k', 'A')).toBe('D');
  for (const nonsense of ['I', 'h', '', 'LONG', '<b>']) {
    const device = `n${pairings}`;
    expect(letIn(device, nonsense)).toMatch(/^[EFGJK]$/);
  }
});
