import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { type News, Watches } from './watches.ts';

const microtasks: (() => void)[] = [];
beforeEach(() => {
  microtasks.length = 0;
  vi.stubGlobal('queueMicrotask', (run: () => void) => microtasks.push(run));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const touch = (news: News): void => void (news.connection = true);

function watched(onChange: (count: number) => void) {
  let count = 0;
  return { read: () => (count += 1), isConcerned: () => true, isSame: Object.is, onChange };
}

it('tells the others although one listener throws, and swallows nothing', () => {
  const watches = new Watches(() => undefined);
  const heard: string[] = [];
  watches.add(
    watched((count) => {
      if (count > 1) throw new Error('a bug in a screen');
    }),
  );
  watches.add(watched((count) => heard.push(`other ${count}`)));
  expect(heard).toEqual([]);
  microtasks.shift()?.();
  watches.note(touch);
  expect(() => microtasks.shift()?.()).toThrow('a bug in a screen');
  expect(heard).toEqual(['other 1', 'other 2']);
  watches.note(touch);
  expect(() => microtasks.shift()?.()).toThrow('a bug in a screen');
  expect(heard).toEqual(['other 1', 'other 2', 'other 3']);
});

it('tells once what came together, and nothing to whom has left meanwhile', () => {
  const watches = new Watches(() => undefined);
  const heard: string[] = [];
  const stops: (() => void)[] = [];
  watches.add(
    watched((count) => {
      heard.push(`first ${count}`);
      if (count > 1) stops.shift()?.();
    }),
  );
  stops.push(watches.add(watched((count) => heard.push(`second ${count}`))));
  microtasks.shift()?.();
  watches.note(touch);
  watches.note(touch);
  expect(microtasks).toHaveLength(1);
  microtasks.shift()?.();
  expect(heard).toEqual(['first 1', 'second 1', 'first 2']);
});
