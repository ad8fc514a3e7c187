import { expect, it } from 'vitest';

import { restingPlace, sayStandings, type Standing } from './standing.ts';

const at = (seq: number, change: Partial<Standing> = {}): Standing => ({
  name: 'till',
  state: 'connected',
  epoch: 'e1',
  seq,
  unanswered: 0,
  settled: true,
  ...change,
});

it('names the place where all rest', () => {
  expect(restingPlace([at(7), at(7)])).toBe('e1 7');
});

it.each([
  ['nobody is there', []],
  ['one is behind', [at(7), at(6)]],
  ['one is in another epoch', [at(7), at(7, { epoch: 'e2' })]],
  ['one still waits', [at(7), at(7, { unanswered: 1, settled: false })]],
])('knows no such place when %s', (_, standings) => {
  expect(restingPlace(standings)).toBeUndefined();
});

it('says where each of them is', () => {
  const standings = [at(7), at(6, { name: 'bar', state: 'alone', unanswered: 2, settled: false })];
  expect(sayStandings(standings)).toBe(
    'till connected settled, 0 waiting, at 7; bar alone, 2 waiting, at 6',
  );
});
