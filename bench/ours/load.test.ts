import { expect, it } from 'vitest';

import { runLoad } from './load.ts';

it('sees every row of every order arrive at every device', async () => {
  const result = await runLoad({ entries: 2, window: 2, displays: 3, seconds: 1 });
  expect(result.ordersPerSecond).toBeGreaterThan(0);
  expect(result).toMatchObject({ missing: 0, refused: 0, kind: 'ours' });
}, 60_000);
