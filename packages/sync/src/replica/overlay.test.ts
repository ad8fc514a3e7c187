import { beforeEach, expect, it } from 'vitest';

import { Rig } from '../testing/rig.ts';
import { expectTheHubsView } from '../testing/rig-claims.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigDevice;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('b', 'manager');
  rig.pair('g', 'guest');
  tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
});

const write = (device: RigDevice, id: string, text = 'hello'): string =>
  device.mutate('note.write', { id, text });

it('shows a command at once, and says saved only when it is stored [R1]', () => {
  tablet.holdDisk = true;
  const id = write(tablet, 'x');
  expect(tablet.shows('note/x')?.['text']).toBe('hello');
  expect(tablet.statuses.get(id)).toEqual({ at: 'saving' });
  expect(tablet.said.some((text) => text.includes('"push"'))).toBe(false);
  tablet.finishDisk();
  expect(tablet.statuses.get(id)).toEqual({ at: 'saved' });
  expect(tablet.said.at(-1)).toContain('"push"');
  rig.settle();
  expect(tablet.statuses.get(id)).toMatchObject({ at: 'answered', answered: { outcome: 'ok' } });
});

it('numbers commands in the order they were given, also over a restart [R2]', () => {
  for (const id of ['x', 'y', 'z']) write(tablet, id);
  tablet.restart();
  write(tablet, 'w');
  expect(
    [...tablet.disk.outbox.values(), ...tablet.disk.journal.values()].map(({ n }) => n),
  ).toEqual([1, 2, 3, 4]);
});

it('takes off the screen what the storage refused [R3]', () => {
  tablet.diskFull = true;
  const id = write(tablet, 'x');
  expect(tablet.statuses.get(id)).toEqual({ at: 'notSaved', message: 'The disk is full.' });
  expect(tablet.shows('note/x')).toBeUndefined();
  tablet.diskFull = false;
  write(tablet, 'y');
  rig.settle();
  expect(rig.hub.status.rows.find('note/x')).toBeUndefined();
  expect(rig.hub.status.rows.find('note/y')).toBeDefined();
});

it('stores in the next save everything that one before could not [R3]', () => {
  tablet.diskFull = true;
  const other = new RigDevice(rig, 'b').connect();
  write(other, 'x');
  rig.settle();
  expect(tablet.shows('note/x')).toBeDefined();
  tablet.diskFull = false;
  rig.advance(1_500);
  tablet.tick();
  write(other, 'y');
  rig.settle();
  tablet.restart();
  expect(tablet.shows('note/x')).toBeDefined();
  expect(tablet.shows('note/y')).toBeDefined();
});

it('stores no command before the rows it was given over, which a save could not store [R3]', () => {
  const other = new RigDevice(rig, 'b').connect();
  tablet.diskFull = true;
  write(other, 'x');
  rig.settle();
  tablet.diskFull = false;
  tablet.mutate('note.change', { id: 'x', text: 'changed' });
  rig.settle();
  tablet.cut();
  tablet.restart();
  expect(tablet.shows('note/x')?.['text']).toBe('changed');
});

it('saves nothing of a device half [R3]', () => {
  tablet.holdDisk = true;
  const other = new RigDevice(rig, 'b').connect();
  write(other, 'x');
  rig.settle();
  tablet.restart();
  expect(tablet.shows('note/x')).toBeUndefined();
  tablet.connect();
  expect(tablet.shows('note/x')).toBeDefined();
  expectTheHubsView(tablet);
});

it('lays own commands over the confirmed rows in the order they were made [R4]', () => {
  const other = new RigDevice(rig, 'b').connect();
  tablet.cut();
  write(tablet, 'x', 'mine');
  tablet.mutate('note.change', { id: 'x', text: 'mine later' });
  write(other, 'x', 'theirs');
  rig.settle();
  expect(tablet.shows('note/x')?.['text']).toBe('mine later');
  tablet.connect();
  rig.settle();
  expect(tablet.shows('note/x')?.['text']).toBe('mine later');
  expect(tablet.replica.confirmed.find('note/x')?.body['text']).toBe('mine later');
});

it('hears the outcome before the change it led to [R5]', () => {
  write(tablet, 'x');
  rig.flush();
  expect(tablet.heard.slice(-2).map(({ type }) => type)).toEqual(['outcomes', 'changes']);
});

it('shows an own command at every step between its outcome and its change [R5]', () => {
  write(tablet, 'x');
  const wire = tablet.wire!;
  for (const text of wire.up.splice(0)) {
    rig.step({ type: 'received', socket: wire.socket, text });
  }
  for (const text of wire.down.splice(0)) {
    wire.end.received(text);
    expect(tablet.shows('note/x')?.['text']).toBe('hello');
  }
  expect(tablet.replica.status.unanswered).toBe(0);
});

it('keeps what is answered ok and not yet told over a reload [R6] [scenario 57]', () => {
  write(tablet, 'x');
  const wire = tablet.wire!;
  for (const text of wire.up.splice(0)) {
    rig.step({ type: 'received', socket: wire.socket, text });
  }
  const outcomes = wire.down.find((text) => text.includes('"outcomes"'));
  tablet.step({ type: 'received', text: outcomes ?? '' });
  expect(tablet.disk.outbox.size).toBe(0);
  tablet.restart();
  expect(tablet.shows('note/x')?.['text']).toBe('hello');
  tablet.connect();
  rig.settle();
  expectTheHubsView(tablet);
  tablet.restart();
  expect(tablet.shows('note/x')?.['text']).toBe('hello');
});

it('shows what is in the outbox after a reload [R6] [scenario 4]', () => {
  tablet.cut();
  write(tablet, 'x');
  tablet.restart();
  expect(tablet.shows('note/x')).toBeDefined();
  expect(tablet.replica.status.unanswered).toBe(1);
  tablet.connect();
  rig.settle();
  expect(tablet.replica.status.unanswered).toBe(0);
  expect(rig.hub.status.rows.find('note/x')).toBeDefined();
});

it('takes the effect of a rejected command back, and says why [R7]', () => {
  const other = new RigDevice(rig, 'b').connect();
  write(tablet, 'x');
  rig.settle();
  tablet.cut();
  const id = tablet.mutate('note.change', { id: 'x', text: 'mine' });
  other.mutate('note.remove', { id: 'x' });
  rig.settle();
  tablet.connect();
  rig.settle();
  expect(tablet.statuses.get(id)).toMatchObject({
    answered: { outcome: 'rejected', code: 'NO_NOTE' },
  });
  expect(tablet.shows('note/x')).toBeUndefined();
});

it('keeps a deferred command as a card and none of its rows [R7]', () => {
  const id = tablet.mutate('tally.add', { id: 't', by: 13 });
  rig.settle();
  expect(tablet.replica.status).toMatchObject({ unanswered: 0, deferred: 1 });
  expect(tablet.shows('tally/t')).toBeUndefined();
  tablet.restart();
  expect(tablet.replica.status.deferred).toBe(1);
  tablet.connect();
  const manager = new RigDevice(rig, 'b').connect();
  manager.mutate('deferred.decide', { id, apply: false });
  rig.settle();
  expect(tablet.replica.status.deferred).toBe(0);
  expect(tablet.statuses.get(id)).toMatchObject({ answered: { code: 'DECIDED_AGAINST' } });
});

it('learns from a row how a deferred command was settled while it was away [R7]', () => {
  const id = tablet.mutate('tally.add', { id: 't', by: 13 });
  rig.settle();
  tablet.cut();
  const manager = new RigDevice(rig, 'b').connect();
  manager.mutate('deferred.decide', { id, apply: false });
  rig.settle();
  tablet.connect();
  expect(tablet.replica.status.deferred).toBe(0);
  expect(tablet.statuses.get(id)).toMatchObject({ answered: { outcome: 'rejected' } });
});

it('keeps in the outbox, without overlay, what throws on the device [R4]', () => {
  tablet.cut();
  tablet.mutate('note.fail', { id: 'x' });
  expect(tablet.shows('note/x')).toBeUndefined();
  expect(tablet.disk.outbox.size).toBe(1);
  tablet.connect();
  rig.settle();
  expect(tablet.replica.status.unanswered).toBe(0);
});

it('refuses an intent that it can see fail, and saves every fact [R8]', () => {
  const check = (name: string, args: Record<string, string | number>) =>
    tablet.replica.check({ id: 'c', name, args })?.code;
  expect(check('note.write', { id: 'x', text: 't' })).toBeUndefined();
  expect(check('note.write', { id: 'x' })).toBe('BAD_COMMAND');
  expect(check('note.write', { id: 'x', text: 'y'.repeat(40_000) })).toBe('TOO_LONG');
  expect(check('note.write', { id: 'x', text: 'a\u0000' })).toBe('BAD_COMMAND');
  expect(check('tally.add', { id: 't', by: 100 })).toBeUndefined();
  expect(check('note.sing', { id: 't' })).toBe('UNKNOWN_COMMAND');
  expect(check('note.change', { id: 'archived', text: '' })).toBeUndefined();
});

it('moves the key of a row to the screen that its own command and others change [R9]', () => {
  const other = new RigDevice(rig, 'b').connect();
  tablet.changed.length = 0;
  write(tablet, 'x');
  expect(tablet.changed).toEqual([new Set(['note/x'])]);
  rig.settle();
  tablet.changed.length = 0;
  write(other, 'y');
  rig.settle();
  expect(tablet.changed).toEqual([new Set(['note/y'])]);
});

it('holds exactly its view of the hub when everything has come through [R10]', () => {
  const other = new RigDevice(rig, 'b').connect();
  const guest = new RigDevice(rig, 'g').connect();
  for (let n = 0; n < 30; n += 1) {
    write(tablet, `x${n % 7}`, `${n}`);
    other.mutate('note.hide', { id: `x${n % 5}`, hidden: n % 2 === 0 });
    if (n % 6 === 0) other.mutate('note.remove', { id: `x${n % 7}` });
    if (n % 4 === 0) guest.cut();
    if (n % 4 === 2) guest.connect();
    rig.settle(3);
  }
  guest.cut();
  guest.connect();
  rig.settle();
  expectTheHubsView(tablet);
  expectTheHubsView(other);
  expectTheHubsView(guest);
  expect(guest.replica.status.at).toEqual(rig.hub.status.at);
});

it('drops every row of the old view when its role shows another [U4] [scenario 56]', () => {
  write(tablet, 'x');
  tablet.mutate('tally.add', { id: 't', by: 1 });
  rig.settle();
  const guest = new RigDevice(rig, 'g');
  guest.disk = tablet.disk.clone();
  guest.restart().connect();
  expect(guest.shows('tally/t')).toBeUndefined();
  expect(guest.shows('note/x')).toEqual({ text: 'hello' });
  expectTheHubsView(guest);
});

it('puts a wrong clock into nothing but a label [L10] [scenario 40]', () => {
  rig.wallMs = 9e14;
  const late = new RigDevice(rig, 'b').connect();
  write(late, 'x');
  rig.wallMs = 20 * 86_400_000;
  write(late, 'x', 'later');
  rig.settle();
  expect(rig.hub.status.rows.find('note/x')?.body['text']).toBe('later');
});

it('delivers what was made while away before and after a snapshot, once [R10] [scenario 22]', () => {
  tablet.cut();
  write(tablet, 'x');
  const other = new RigSocket(rig, 'b').hello();
  other.push({ n: 1, name: 'note.write', args: { id: 'y', text: 't' } });
  rig.own('turn', 'day.turn', { day: '2026-12-01' });
  tablet.connect();
  rig.settle();
  expect(
    tablet.heard.some((frame) => frame.type === 'catchUpBegin' && frame.kind === 'snapshot'),
  ).toBe(true);
  expect(rig.log.filter(({ device }) => device === 'a').length).toBe(1);
  expectTheHubsView(tablet);
  expect(tablet.shows('note/x')).toBeDefined();
});

it('delivers what another tab of the same storage left behind [R11] [scenario 8]', () => {
  tablet.cut();
  const tab = new RigDevice(rig, 'a', 'a.tab2');
  tab.disk = tablet.disk;
  tab.restart();
  write(tablet, 'x');
  tab.mutate('tally.add', { id: 't', by: 1 });
  tab.mutate('note.write', { id: 'y', text: 'from the tab that was closed' });
  tablet.restart().connect();
  rig.settle();
  expect(tablet.replica.status.unanswered).toBe(0);
  const own = rig.log.filter(({ device }) => device === 'a');
  expect(own.map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(tablet.shows('note/y')).toBeDefined();
  expect(tablet.shows('tally/t')).toEqual({ sum: 1 });
});
