// What every clock must do. The tests wait for what they asked for, and for nothing else.

import { describe, expect, it } from 'vitest';

import type { Clock } from '../ports/clock.ts';

const delayMs = 20;
const in2020Ms = 1_577_836_800_000;
const in2100Ms = 4_102_444_800_000;
/** Timers of some machines go off a little early. */
const earlyMsMax = 2;

export function clockContract(name: string, clock: Clock): void {
  const after = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.after(ms, resolve));
  const soon = (): Promise<void> => new Promise((resolve) => clock.soon(resolve));

  describe(`${name} keeps the contract of a clock`, () => {
    it('never goes back, and says milliseconds since 1970 by the calendar', () => {
      let last = clock.now();
      for (let count = 0; count < 10_000; count += 1) {
        const now = clock.now();
        expect(now.monoMs).toBeGreaterThanOrEqual(last.monoMs);
        last = now;
      }
      expect(last.wallMs).toBeGreaterThan(in2020Ms);
      expect(last.wallMs).toBeLessThan(in2100Ms);
    });

    it('runs what was asked for later, once, and not before its time', async () => {
      const begunMs = clock.now().monoMs;
      let runs = 0;
      await new Promise<void>((resolve) => {
        clock.after(delayMs, () => {
          runs += 1;
          resolve();
        });
      });
      expect(clock.now().monoMs - begunMs).toBeGreaterThanOrEqual(delayMs - earlyMsMax);
      await after(delayMs);
      expect(runs).toBe(1);
    });

    it('runs the sooner before the later, whichever was asked for first', async () => {
      const order: string[] = [];
      const later = after(delayMs * 2).then(() => order.push('later'));
      const sooner = after(1).then(() => order.push('sooner'));
      await Promise.all([later, sooner]);
      expect(order).toEqual(['sooner', 'later']);
    });

    it('does not run what was called off, and calls off twice without harm', async () => {
      let runs = 0;
      const callOff = clock.after(1, () => (runs += 1));
      callOff();
      callOff();
      await after(delayMs);
      expect(runs).toBe(0);
    });

    it('runs soon, but never at once, in the order it was asked', async () => {
      const order: string[] = [];
      clock.soon(() => order.push('first'));
      clock.soon(() => order.push('second'));
      order.push('asked');
      await soon();
      expect(order).toEqual(['asked', 'first', 'second']);
    });
  });
}
