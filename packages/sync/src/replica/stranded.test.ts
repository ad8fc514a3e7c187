import { beforeEach, expect, it } from 'vitest';

import type { MemoryStore } from '../testing/memory-store.ts';
import { notesDomain } from '../testing/notes-domain.ts';
import { Rig } from '../testing/rig.ts';
import { expectTheHubsView, expectTheLogAloneGivesTheRows } from '../testing/rig-claims.ts';
import { RigDevice } from '../testing/rig-device.ts';

let rig: Rig;
let tablet: RigDevice;
let kitchen: RigDevice;
/** A copy of the store from before the tablet wrote anything. */
let old: MemoryStore;

beforeEach(() => {
  rig = new Rig();
  rig.pair('t', 'entry');
  rig.pair('k', 'entry');
  tablet = new RigDevice(rig, 't').connect();
  kitchen = new RigDevice(rig, 'k').connect();
  rig.settle();
  write(kitchen, 'before');
  old = rig.store.clone();
});

function write(device: RigDevice, id: string, text = 'hello'): void {
  device.mutate('note.write', { id, text });
  rig.settle();
}

/** The copy is put back, and who is named finds the hub that was made of it. */
function restoreFor(...devices: readonly RigDevice[]): void {
  rig.restore(old, true);
  rig.live(40_000, ...devices);
}

const attention = (): unknown[] =>
  [...rig.hub.status.rows.values()].filter(({ body }) => body['code'] === 'UNKNOWN_TO_HUB');
const reports = (device: RigDevice): string[] =>
  device.said.filter((text) => text.includes('"device.stranded"'));

it('keeps what a broken tablet had sent on the kitchen screen, marked, and in attention [S1] [S5] [scenario 63]', () => {
  write(tablet, 'x', 'two soups');
  tablet.cut();
  restoreFor(kitchen);
  expect(rig.hub.status.rows.find('note/x')).toBeUndefined();
  expect(kitchen.replica.status.live).toBe(true);
  expect(kitchen.shows('note/x')).toMatchObject({ text: 'two soups' });
  expect(kitchen.replica.keys('board:x')).toEqual(['note/x']);
  expect([...kitchen.replica.rows()].filter(({ key }) => key === 'note/x')).toHaveLength(1);
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(true);
  expect(kitchen.replica.isUnknownToHub('note/before')).toBe(false);
  expectTheHubsView(kitchen);
  expect(attention()).toEqual([]);

  rig.live(61_000, kitchen);
  expect(attention()).toMatchObject([{ body: { device: 'k', subject: 'board:x' } }]);
  expectTheHubsView(kitchen);
  expectTheLogAloneGivesTheRows(rig);
});

it('keeps the mark over restarts and reports once, whenever the device stops [S1] [S5] [scenario 63]', () => {
  write(tablet, 'x');
  tablet.cut();
  restoreFor(kitchen);
  kitchen.restart().connect();
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(true);
  rig.live(61_000, kitchen);
  kitchen.restart().connect();
  rig.live(130_000, kitchen);
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(true);
  expect(attention()).toHaveLength(1);
  expect(reports(kitchen)).toHaveLength(1);
});

it('keeps the newer version of a row of which the hub has an older one [S1]', () => {
  tablet.mutate('note.change', { id: 'before', text: 'changed' });
  rig.settle();
  tablet.cut();
  restoreFor(kitchen);
  expect(rig.hub.status.rows.find('note/before')?.body['text']).toBe('hello');
  expect(kitchen.shows('note/before')).toMatchObject({ text: 'changed' });
  expect(kitchen.replica.isUnknownToHub('note/before')).toBe(true);
  expect([...kitchen.replica.rows()].filter(({ key }) => key === 'note/before')).toHaveLength(1);
  rig.live(61_000, kitchen);
  expect(attention()).toHaveLength(1);
  write(kitchen, 'before', 'said again');
  expect(kitchen.replica.isUnknownToHub('note/before')).toBe(false);
  expect(kitchen.shows('note/before')).toMatchObject({ text: 'said again' });
});

it('strands nothing that recovery brought back, and nothing while it goes on [S2]', () => {
  write(tablet, 'x');
  write(kitchen, 'y');
  rig.restore(old, true);
  rig.live(2_000, kitchen);
  expect(kitchen.replica.status.live).toBe(false);
  expect(kitchen.shows('note/x')).toBeDefined();
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(false);
  rig.live(3_000, kitchen, tablet);
  for (const device of [kitchen, tablet]) {
    expect(device.replica.status.live).toBe(true);
    expect([...device.replica.rows()].some(({ key }) => device.replica.isUnknownToHub(key))).toBe(
      false,
    );
    expectTheHubsView(device);
  }
  rig.live(61_000, kitchen, tablet);
  expect(attention()).toEqual([]);
});

it('does not keep recovery from ending when another device stays away [U12]', () => {
  write(kitchen, 'y');
  tablet.cut();
  rig.restore(old, true);
  rig.live(20_000, kitchen);
  const hellos = (): number => kitchen.said.filter((text) => text.includes('"hello"')).length;
  const before = hellos();
  rig.live(20_000, kitchen);
  expect(hellos()).toBe(before);
  expect(kitchen.replica.status.live).toBe(true);
});

it('asks again when the snapshot after recovery was lost on the way [U12]', () => {
  write(kitchen, 'y');
  tablet.cut();
  rig.restore(old, true);
  rig.live(5_000, kitchen);
  expect(kitchen.replica.status).toMatchObject({ link: 'open', live: false });
  kitchen.said.length = 0;
  const life = { type: 'heartbeat', hubTimeMs: 5, safeN: 0 } as const;
  kitchen.hear(life);
  expect(kitchen.said).toEqual([]);
  const { at } = rig.hub.status;
  for (let time = 0; time < 2; time += 1) kitchen.hear({ ...life, at, lastN: 0, told: at.seq });
  expect(kitchen.said.map((text) => text.slice(0, 15))).toEqual(['{"type":"hello"']);
  rig.live(40_000, kitchen);
  expect(kitchen.replica.status.live).toBe(true);
  expectTheHubsView(kitchen);
});

it('strands no row of a day that the hub has closed [S2]', () => {
  kitchen.mutate('note.close', { id: 'before' });
  rig.settle();
  kitchen.cut();
  rig.own('turn:next', 'day.turn', { day: '2027-01-01' });
  old = rig.store.clone();
  write(tablet, 'x');
  tablet.cut();
  restoreFor(kitchen);
  expect(rig.hub.status.rows.find('note/before')).toBeUndefined();
  expect(kitchen.replica.status.live).toBe(true);
  expect(kitchen.shows('note/before')).toBeUndefined();
});

it('lets go of what the hub finds among its closed days, and raises nothing [S6]', () => {
  write(tablet, 'x');
  tablet.mutate('note.close', { id: 'x' });
  rig.settle();
  kitchen.cut();
  restoreFor(tablet);
  expect(rig.hub.status.rows.find('note/x')?.body['closed']).toBe(true);
  rig.own('turn:next', 'day.turn', { day: '2027-01-01' });
  rig.live(3_000, kitchen, tablet);
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(true);
  kitchen.changed.length = 0;
  rig.live(61_000, kitchen, tablet);
  expect(kitchen.shows('note/x')).toBeUndefined();
  expect(kitchen.changed.some((keys) => keys.has('note/x'))).toBe(true);
  expect(kitchen.restart().shows('note/x')).toBeUndefined();
  expect(attention()).toEqual([]);
  expect(rig.hub.status.rows.find('note/x')).toBeUndefined();
  expectTheLogAloneGivesTheRows(rig);
});

it('gives the row back to the hub as soon as the hub tells it [S4]', () => {
  write(tablet, 'x', 'two soups');
  tablet.cut();
  restoreFor(kitchen);
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(true);
  rig.live(3_000, tablet, kitchen);
  expect(rig.hub.status.rows.find('note/x')).toBeDefined();
  expect(kitchen.shows('note/x')).toMatchObject({ text: 'two soups' });
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(false);
  expect(kitchen.restart().replica.isUnknownToHub('note/x')).toBe(false);
  rig.live(61_000, kitchen, tablet);
  expect(attention()).toEqual([]);
});

it('lets a row go when a person has dealt with it, for good [S4]', () => {
  write(tablet, 'x');
  tablet.mutate('note.change', { id: 'before', text: 'changed' });
  rig.settle();
  tablet.cut();
  restoreFor(kitchen);
  kitchen.changed.length = 0;
  kitchen.step({ type: 'letGo', key: 'note/x' });
  kitchen.step({ type: 'letGo', key: 'note/before' });
  kitchen.step({ type: 'letGo', key: 'note/nobody' });
  expect(kitchen.changed).toEqual([new Set(['note/x']), new Set(['note/before'])]);
  for (const device of [kitchen, kitchen.restart().connect()]) {
    expect(device.shows('note/x')).toBeUndefined();
    expect(device.shows('note/before')).toMatchObject({ text: 'hello' });
  }
  rig.live(61_000, kitchen);
  expect(attention()).toEqual([]);
});

it('leaves nothing stranded on a screen that shows another view [S4]', () => {
  write(tablet, 'x');
  tablet.cut();
  restoreFor(kitchen);
  const everything = rig.domain.views.get('everything')!;
  rig.restart(notesDomain({ views: [['everything', { ...everything, projection: 'all 2' }]] }));
  kitchen.restart().connect();
  rig.settle();
  expect(kitchen.replica.status.live).toBe(true);
  expect(kitchen.shows('note/x')).toBeUndefined();
  expect(kitchen.restart().shows('note/x')).toBeUndefined();
});

it('carries no command out over a stranded row [S3]', () => {
  write(tablet, 'x');
  tablet.cut();
  restoreFor(kitchen);
  const id = kitchen.mutate('note.change', { id: 'x', text: 'three soups' });
  expect(kitchen.shows('note/x')).toMatchObject({ text: 'hello' });
  rig.settle();
  expect(kitchen.statuses.get(id)).toMatchObject({ answered: { code: 'NO_NOTE' } });
  write(kitchen, 'x', 'written anew');
  expect(kitchen.shows('note/x')).toMatchObject({ text: 'written anew' });
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(false);
});

it('shows the effect of an own command on a stranded row at once, as the hub will [S3]', () => {
  tablet.mutate('note.change', { id: 'before', text: 'changed' });
  rig.settle();
  tablet.cut();
  restoreFor(kitchen);
  kitchen.cut();
  write(kitchen, 'before', 'anew');
  expect(kitchen.shows('note/before')).toMatchObject({ text: 'anew' });
  expect(kitchen.replica.isUnknownToHub('note/before')).toBe(false);
  kitchen.mutate('note.remove', { id: 'before' });
  expect(kitchen.shows('note/before')).toBeUndefined();
  expect(kitchen.replica.keys('board:before')).toEqual([]);
});

it('raises a subject once, however many screens still show it [S5]', () => {
  rig.pair('s', 'entry');
  const second = new RigDevice(rig, 's').connect();
  rig.settle();
  old = rig.store.clone();
  write(tablet, 'x');
  tablet.mutate('tally.add', { id: 'x', by: 1 });
  rig.settle();
  tablet.cut();
  restoreFor(kitchen, second);
  for (const device of [kitchen, second]) {
    expect(device.replica.isUnknownToHub('tally/x')).toBe(true);
  }
  rig.live(61_000, kitchen, second);
  expect(attention()).toHaveLength(1);
  expect([reports(kitchen).length, reports(second).length]).toEqual([1, 1]);
});

it('reports many subjects a few at a time, all of them in the end [S5]', () => {
  const ids = Array.from({ length: 30 }, (_, index) => `x${index}`);
  for (const id of ids) write(tablet, id);
  tablet.cut();
  restoreFor(kitchen);
  const before = reports(kitchen).length;
  rig.live(90_000, kitchen);
  expect(before).toBe(0);
  expect(attention()).toHaveLength(30);
});

it('keeps what stranded when the hub goes back a second time [S1] [scenario 62]', () => {
  write(tablet, 'x');
  tablet.cut();
  const first = old.clone();
  restoreFor(kitchen);
  write(kitchen, 'y');
  rig.restore(first, true);
  rig.live(40_000, kitchen);
  expect(kitchen.replica.status.live).toBe(true);
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(true);
  expect(kitchen.replica.isUnknownToHub('note/y')).toBe(false);
  expect(kitchen.shows('note/y')).toBeDefined();
  expectTheHubsView(kitchen);
});

it('stores what stranded also when the storage was full meanwhile [S1]', () => {
  write(tablet, 'x');
  tablet.cut();
  rig.restore(old, true);
  kitchen.diskFull = true;
  rig.live(40_000, kitchen);
  expect(kitchen.replica.isUnknownToHub('note/x')).toBe(true);
  kitchen.diskFull = false;
  rig.live(3_000, kitchen);
  expect(kitchen.restart().replica.isUnknownToHub('note/x')).toBe(true);
});

it('strands nothing that came back and was removed in the new epoch [S2]', () => {
  rig.pair('m', 'manager');
  const manager = new RigDevice(rig, 'm').connect();
  rig.settle();
  old = rig.store.clone();
  write(tablet, 'x');
  kitchen.cut();
  restoreFor(tablet, manager);
  expect(rig.hub.status.rows.find('note/x')).toBeDefined();
  manager.mutate('note.remove', { id: 'x' });
  rig.settle();
  rig.live(5_000, kitchen, tablet, manager);
  expect(kitchen.replica.status.live).toBe(true);
  expect(kitchen.shows('note/x')).toBeUndefined();
  rig.live(61_000, kitchen, tablet, manager);
  expect(attention()).toEqual([]);
});

it('writes into its journal how an offer ended while it was off [R7]', () => {
  write(kitchen, 'x');
  tablet.mutate('note.change', { id: 'x', text: 'changed' });
  rig.settle();
  kitchen.cut();
  rig.restore(old, true);
  rig.live(2_000, tablet);
  tablet.cut();
  tablet.restart();
  rig.live(40_000);
  const ends = (): unknown[] =>
    [...tablet.disk.journal.values()].map((one) => one.answered.outcome);
  expect(ends()).toEqual(['ok']);
  rig.live(3_000, tablet);
  expect(ends()).toEqual(['deferred']);
});
