import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';

import { checkCode } from './check-code.ts';
import { createKeyPair } from './identity.ts';

const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

it('is the first eight signs of the hash of the key, to be read out in two halves', () => {
  for (let round = 0; round < 50; round += 1) {
    const { publicKey } = createKeyPair();
    const hash = BigInt(`0x${createHash('sha256').update(publicKey).digest('hex')}`);
    const places = Array.from({ length: 8 }, (_, index) =>
      Number((hash >> BigInt(251 - 5 * index)) & 31n),
    );
    const code = places.map((place) => signs.charAt(place)).join('');
    expect(checkCode(publicKey)).toBe(`${code.slice(0, 4)}-${code.slice(4)}`);
  }
});

it('is the same for ever for one key', () => {
  expect(checkCode('A'.repeat(43))).toBe('1W07-71DP');
});
