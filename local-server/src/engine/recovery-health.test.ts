import { expect, it } from 'vitest';

import { recoveryHealth } from './recovery-health.ts';

it('names the devices that are waited for, and is silent when nothing is lost', () => {
  let awaited: readonly string[] | undefined = ['Till', 'Grill'];
  const source = recoveryHealth(() => ({ awaited }));
  expect(source()).toMatchObject([{ severity: 'degraded', code: 'RECOVERING' }]);
  expect(source()[0]?.message).toContain('Till, Grill');
  awaited = undefined;
  expect(source()).toEqual([]);
});
