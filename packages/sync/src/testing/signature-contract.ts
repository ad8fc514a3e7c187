// What every signer and verifier must do: Ed25519 as RFC 8032 has it, and no exception for whatever
// a stranger sends.

import { describe, expect, it } from 'vitest';

import type { Signer, Verifier } from '../ports/signature.ts';

/** RFC 8032, section 7.1, test 1: the empty message. */
const known = {
  publicKey: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  signature:
    '5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc-bRr0lv18FlbviRlUUFDjnoQCw',
};

export function verifierContract(name: string, verifier: Verifier): void {
  describe(`${name} keeps the contract of a verifier`, () => {
    it('takes the signature of the standard, and not for another text', () => {
      expect(verifier.verify(known.publicKey, '', known.signature)).toBe(true);
      expect(verifier.verify(known.publicKey, 'x', known.signature)).toBe(false);
    });

    it('refuses a signature of which any part was changed', () => {
      for (const at of [0, 10, 42, 43, 60, 84]) {
        const other = known.signature[at] === 'A' ? 'B' : 'A';
        const changed = known.signature.slice(0, at) + other + known.signature.slice(at + 1);
        expect(verifier.verify(known.publicKey, '', changed)).toBe(false);
      }
    });

    it.each(['', 'A', '!', 'A'.repeat(43), 'A'.repeat(1_000), 'Ü', '\u0000'])(
      'refuses "%s" as key and as signature, without a word',
      (text) => {
        expect(verifier.verify(text, '', known.signature)).toBe(false);
        expect(verifier.verify(known.publicKey, '', text)).toBe(false);
      },
    );
  });
}

/** @param verifier one that keeps its own contract */
export function signerContract(name: string, makeSigner: () => Signer, verifier: Verifier): void {
  describe(`${name} keeps the contract of a signer`, () => {
    it('signs what the verifier takes, for this text and this key alone', () => {
      const signer = makeSigner();
      const other = makeSigner();
      const text = 'nonce ‖ hub ‖ store: é 😀';
      const signature = signer.sign(text);
      expect(verifier.verify(signer.publicKey, text, signature)).toBe(true);
      expect(verifier.verify(signer.publicKey, `${text}.`, signature)).toBe(false);
      expect(verifier.verify(other.publicKey, text, signature)).toBe(false);
    });

    it('writes key and signature in base64url without padding', () => {
      const signer = makeSigner();
      expect(signer.publicKey).toMatch(/^[\w-]{43}$/);
      expect(signer.sign('text')).toMatch(/^[\w-]{86}$/);
    });
  });
}
