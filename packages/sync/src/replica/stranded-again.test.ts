// Rows that strand while copies are put back more than once: what people saw last stays in sight.

import { beforeEach, expect, it } from 'vitest';

import type { MemoryStore } from '../testing/memory-store.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';

let rig: Rig;
let tablet: RigDevice;
let kitchen: RigDevice;
/** From before anything was written, and from when the note was in its first version. */
let empty: MemoryStore;
let first: MemoryStore;

beforeEach(() => {
  rig = new Rig();
  rig.pair('t', 'entry');
  rig.pair('k', 'entry');
  tablet = new RigDevice(rig, 't').connect();
  kitchen = new RigDevice(rig, 'k').connect();
  rig.settle();
  empty = rig.store.clone();
  write(tablet, 'note', 'first');
  first = rig.store.clone();
});

function write(device: RigDevice, id: string, text = 'hello'): void {
  device.mutate('note.write', { id, text });
  rig.settle();
}

function change(device: RigDevice, text: string): void {
  device.mutate('note.change', { id: 'note', text });
  rig.settle();
}

const attention = (): unknown[] =>
  [...rig.hub.status.rows.values()].filter(({ body }) => body['code'] === 'UNKNOWN_TO_HUB');

it('keeps the version seen last when an older copy is put back after that [S1]', () => {
  change(tablet, 'second');
  tablet.cut();
  rig.restore(first, true);
  rig.live(40_000, kitchen);
  rig.restore(empty, true);
  rig.live(40_000, kitchen);
  expect(kitchen.replica.status.live).toBe(true);
  expect(kitchen.shows('note/note')).toMatchObject({ text: 'second' });
  expect(kitchen.replica.isUnknownToHub('note/note')).toBe(true);
});

it('keeps what was changed between two times the same copy was put back [S1]', () => {
  write(tablet, 'other');
  rig.live(2_000, tablet, kitchen);
  rig.restore(first.clone(), true);
  rig.live(40_000, kitchen, tablet);
  change(tablet, 'paid between');
  rig.live(3_000, tablet, kitchen);
  tablet.cut();
  rig.restore(first, true);
  rig.live(40_000, kitchen);
  expect(rig.hub.status.at.epoch.number).toBe(3);
  expect(kitchen.shows('note/note')).toMatchObject({ text: 'paid between' });
  expect(kitchen.replica.isUnknownToHub('note/note')).toBe(true);
});

it('does not take an older version in the archive for the one that was lost [S6]', () => {
  tablet.mutate('note.close', { id: 'note' });
  rig.settle();
  const closed = rig.store.clone();
  change(tablet, 'second, with a payment');
  rig.live(3_000, kitchen, tablet);
  write(kitchen, 'other');
  rig.live(2_000, kitchen, tablet);
  tablet.cut();
  kitchen.cut();
  rig.restore(closed, true);
  rig.live(40_000);
  rig.own('turn:2027-01-01', 'day.turn', { day: '2027-01-01' });
  rig.live(112_000, kitchen);
  expect(rig.hub.status.rows.find('note/note')).toBeUndefined();
  expect(kitchen.shows('note/note')).toMatchObject({ text: 'second, with a payment' });
  expect(attention()).toHaveLength(1);
});

it('lets go of it for what the hub tells anew, at however low a seq [S4]', () => {
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) write(kitchen, id);
  change(tablet, 'kept at a high seq');
  const high = rig.store.clone();
  change(tablet, 'lost');
  tablet.cut();
  rig.restore(high, true);
  rig.live(40_000, kitchen);
  expect(kitchen.replica.isUnknownToHub('note/note')).toBe(true);
  rig.restore(empty, true);
  rig.live(32_000);
  const fresh = new RigDevice(rig, 't', 'fresh').connect();
  rig.live(6_000, fresh);
  write(fresh, 'note', 'told anew');
  rig.live(20_000, kitchen, fresh);
  expect(kitchen.shows('note/note')).toMatchObject({ text: 'told anew' });
  expect(kitchen.replica.isUnknownToHub('note/note')).toBe(false);
});
