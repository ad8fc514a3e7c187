import { beforeEach, expect, it } from 'vitest';

import type { Down } from '../protocol/down.ts';
import { helloWithinMs, pingAfterMs, pongWithinMs, reconnectMsMax } from '../protocol/limits.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { RigSocket } from '../testing/rig-socket.ts';
import { type Link, linkTable } from './link.ts';

let rig: Rig;
let tablet: RigDevice;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  tablet = new RigDevice(rig, 'a');
});

const link = (): Link => tablet.replica.status.link;

/** Time passes on the device alone: the hub hears and says nothing. */
function passAlone(ms: number): void {
  for (let left = ms; left > 0; left -= 500) {
    rig.monoMs += Math.min(500, left);
    tablet.tick();
  }
}

it('knows what every event does in every state [H9]', () => {
  const states = Object.keys(linkTable) as Link[];
  for (const state of states) {
    const events = Object.entries(linkTable[state]);
    expect(events.map(([event]) => event).toSorted()).toEqual([
      'closed',
      'denied',
      'due',
      'nudged',
      'opened',
      'overdue',
      'stop',
      'welcomed',
    ]);
    for (const [event, { to, act }] of events) {
      expect(states).toContain(to);
      if (to === 'connecting' && state !== 'connecting') expect(act).toBe('connect');
      if (state === 'open' && to === 'waiting' && event !== 'closed')
        expect(act).toBe('disconnect');
      if (event === 'stop') expect(to).toBe('stopped');
    }
  }
});

it('reaches every state, and leaves none but stopped without a way to open [H9]', () => {
  const reach = (from: Link): Set<Link> => {
    const found = new Set<Link>([from]);
    for (const state of found) for (const { to } of Object.values(linkTable[state])) found.add(to);
    return found;
  };
  for (const state of ['waiting', 'connecting', 'greeting', 'open'] as const) {
    expect(reach(state)).toEqual(new Set(Object.keys(linkTable)));
  }
  expect(reach('stopped')).toEqual(new Set(['stopped']));
});

it('connects by itself, says hello to the challenge and is open when welcomed [H10]', () => {
  expect(link()).toBe('waiting');
  tablet.tick();
  expect(link()).toBe('greeting');
  rig.flush();
  expect(link()).toBe('open');
  expect(tablet.replica.status.live).toBe(true);
});

it('comes back by itself when the link is gone, and at once when nudged [H10]', () => {
  tablet.connect();
  tablet.cut();
  expect(link()).toBe('waiting');
  passAlone(500);
  expect(link()).toBe('greeting');
  tablet.cut();
  tablet.step({ type: 'nudged' });
  expect(link()).toBe('greeting');
});

it('asks after 5 s of silence and gives the link up 5 s later [H11]', () => {
  tablet.connect();
  tablet.said.length = 0;
  passAlone(pingAfterMs - 500);
  expect(tablet.said).toEqual([]);
  passAlone(500);
  expect(tablet.said).toEqual(['{"type":"ping"}']);
  passAlone(pongWithinMs - 500);
  expect(link()).toBe('open');
  passAlone(500);
  expect(link()).toBe('waiting');
});

it('stays as long as the hub answers [H11]', () => {
  tablet.connect();
  for (let time = 0; time < 60; time += 1) {
    rig.settle(1_000);
    tablet.tick();
    rig.flush();
  }
  expect(link()).toBe('open');
  expect(tablet.replica.status.at).toEqual(rig.hub.status.at);
});

it('gives up a socket on which no welcome comes [H11]', () => {
  tablet.step({ type: 'nudged' });
  tablet.wire?.down.splice(0);
  passAlone(helloWithinMs);
  expect(link()).toBe('waiting');
});

it('stays away as long as a goodbye asks for, and then comes back [H12]', () => {
  tablet.connect();
  new RigSocket(rig, 'a').hello({ run: 'elsewhere' });
  rig.flush();
  expect(link()).toBe('waiting');
  passAlone(9_500);
  expect(link()).toBe('waiting');
  passAlone(1_000);
  expect(link()).toBe('greeting');
});

it('keeps everything when it is denied, says why, and asks again later [H12]', () => {
  tablet.mutate('note.write', { id: 'x', text: 't' });
  tablet.connect();
  rig.settle();
  tablet.mutate('note.write', { id: 'y', text: 't' });
  tablet.wire?.up.splice(0);
  tablet.hear({ type: 'deny', code: 'UNKNOWN_DEVICE', message: 'Ask a manager.' });
  expect(tablet.denied).toMatchObject({ code: 'UNKNOWN_DEVICE' });
  expect(link()).toBe('waiting');
  expect([tablet.disk.outbox.size, tablet.disk.journal.size]).toEqual([1, 1]);
  expect(tablet.shows('note/x')).toBeDefined();
  passAlone(reconnectMsMax - 1_000);
  expect(link()).toBe('waiting');
  passAlone(1_500);
  expect(link()).toBe('greeting');
});

it('waits longer each time, up to 5 s [H10]', () => {
  const waits: number[] = [];
  rig.pair('z', 'entry');
  const away = new RigDevice(rig, 'z');
  away.tick();
  for (let time = 0; time < 8; time += 1) {
    away.cut(false);
    const from = rig.monoMs;
    while (away.replica.status.link === 'waiting') {
      rig.monoMs += 50;
      away.tick();
    }
    waits.push(rig.monoMs - from);
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(reconnectMsMax + 300);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(250);
});

it('comes back by itself, with what was under way, when it was frozen for ten minutes [H7] [H11] [scenario 47]', () => {
  tablet.connect();
  rig.settle();
  tablet.mutate('note.write', { id: 'x', text: 'given just before' });
  for (let second = 0; second < 600; second += 1) rig.advance(1_000);
  expect(rig.hub.isWelcome(tablet.wire!.socket)).toBe(false);
  rig.live(pingAfterMs + pongWithinMs, tablet);
  expect(link()).toBe('open');
  expect(tablet.replica.status.unanswered).toBe(0);
  expect(rig.log.filter(({ id }) => id === 'a.c1')).toHaveLength(1);
});

it('stops for good [H9]', () => {
  tablet.connect();
  tablet.step({ type: 'stop' });
  expect(link()).toBe('stopped');
  expect(tablet.wire).toBeUndefined();
  tablet.step({ type: 'nudged' });
  passAlone(20_000);
  expect(link()).toBe('stopped');
});

it('takes no welcome of a hub that says it is of another shop, and pushes nothing to it [H2]', () => {
  tablet.connect();
  rig.settle();
  const challenge = tablet.heard.find(({ type }) => type === 'challenge')!;
  const welcome = tablet.heard.find(({ type }) => type === 'welcome')!;
  tablet.cut();
  tablet.mutate('note.write', { id: 'x', text: 'of this shop' });
  const { length } = tablet.said;
  tablet.step({ type: 'nudged' });
  tablet.step({ type: 'opened' });
  tablet.hear({ ...challenge, store: 'other' } as Down);
  tablet.hear(welcome);
  expect(link()).toBe('waiting');
  expect(tablet.said.slice(length).map((text) => typeOf(text))).toEqual(['hello']);
});

const typeOf = (text: string): unknown => (JSON.parse(text) as { type: string }).type;
