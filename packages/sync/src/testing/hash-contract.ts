// What every hash must answer: the numbers of the standards, for the text as UTF-8.

import { describe, expect, it } from 'vitest';

import type { Hash } from '../ports/hash.ts';

export function hashContract(name: string, hash: Hash): void {
  describe(`${name} keeps the contract of a hash`, () => {
    // The empty text, "abc" and the two-block message of FIPS 180-4, appendix B.
    it.each([
      ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
      [
        'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
        '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
      ],
    ])('answers SHA-256 of "%s" in lower-case hex', (text, digest) => {
      expect(hash.sha256(text)).toBe(digest);
    });

    it('takes text as UTF-8, of one to four bytes a character', () => {
      expect(hash.sha256('aé€😀')).toBe(
        '730aa6be2ae229d36b38e7e0108a448cf38b72b4ee345a37ca3aeb046588b1cb',
      );
      expect(hash.sha256('é')).toBe(
        '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c',
      );
      expect(hash.sha256('😀')).toBe(
        'f0443a342c5ef54783a111b51ba56c938e474c32324d90c3a60c9c8e3a37e2d9',
      );
    });

    it('takes a text of a megabyte', () => {
      // A million times "a", FIPS 180-4, appendix B.
      expect(hash.sha256('a'.repeat(1_000_000))).toBe(
        'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
      );
    });

    // RFC 4231, test case 2; and a key longer than the block of the hash.
    it('answers HMAC-SHA-256, also under a key longer than a block', () => {
      expect(hash.hmac('Jefe', 'what do ya want for nothing?')).toBe(
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      );
      expect(hash.hmac('k'.repeat(200), 'text')).toBe(
        '0213fa56a4d26fac09aee9ef2a6faf1f38dfce0d3c4238d63981b8af5d6228ba',
      );
      expect(hash.hmac('', 'text')).toBe(
        '0611b704abab473f956257a09cc2fc2c867211d077bdffc5a91bd8a5047826ff',
      );
    });
  });
}
