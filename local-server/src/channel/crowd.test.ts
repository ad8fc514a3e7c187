import { expect, it } from 'vitest';

import {
  type Guest,
  connectionsMax,
  mayEnter,
  strangersMax,
  whoGoes,
  whoMakesRoom,
} from './crowd.ts';

const guest = (address: string, isPaired = false): Guest => ({ address, isPaired });
const times = (count: number, one: (index: number) => Guest): Guest[] =>
  Array.from({ length: count }, (_none, index) => one(index));

it('lets so many strangers of one address wait for their hello, and no more', () => {
  const crowd = times(strangersMax.ofAddress, () => guest('10.0.0.7'));
  expect(mayEnter('10.0.0.7', crowd.slice(1))).toBe(true);
  expect(mayEnter('10.0.0.7', crowd)).toBe(false);
  expect(mayEnter('10.0.0.8', crowd)).toBe(true);
});

it('lets so many strangers in all wait, and never counts who said hello', () => {
  const strangers = times(strangersMax.inAll, (index) => guest(`10.0.1.${index}`));
  const paired = times(200, () => guest('10.0.0.7', true));
  const near = times(20, () => guest('127.0.0.1'));
  expect(mayEnter('10.0.0.7', [...strangers, ...paired])).toBe(true);
  expect(whoMakesRoom('10.0.0.7', [...paired, ...near, ...strangers])).toBe(strangers[0]);
  expect(whoMakesRoom('10.0.0.7', [...paired, ...near, ...strangers.slice(1)])).toBeUndefined();
  expect(whoMakesRoom('127.0.0.1', strangers)).toBeUndefined();
});

it('lets a new stranger in for the oldest one of the biggest crowd', () => {
  const lone = times(strangersMax.inAll - 2, (index) => guest(`10.0.1.${index}`));
  const crowd = times(2, () => guest('10.0.0.9'));
  expect(whoMakesRoom('10.0.0.7', [...lone, ...crowd])).toBe(crowd[0]);
});

it('always lets in what runs on its own machine', () => {
  const crowd = times(connectionsMax, () => guest('10.0.0.7'));
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map((one) => mayEnter(one, crowd))).toEqual([
    true,
    true,
    true,
  ]);
});

it('sheds the oldest stranger of the address that crowds most', () => {
  const present = [
    guest('10.0.0.1', true),
    guest('10.0.0.2'),
    guest('10.0.0.7'),
    guest('10.0.0.7'),
    guest('10.0.0.1', true),
    guest('10.0.0.1', true),
  ];
  expect(whoGoes(present)).toBe(2);
});

it('sheds no paired device for a newer one', () => {
  expect(whoGoes(times(3, () => guest('10.0.0.1', true)))).toBe(2);
});
