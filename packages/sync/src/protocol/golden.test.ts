import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';

import { type Json, canonicalJson } from '../json.ts';
import { downSchema } from './down.ts';
import { upSchema } from './up.ts';
import { protocolFloor, protocolVersion } from './version.ts';

/** What each version looked like. A version that was released is never changed here. */
const golden: Readonly<Record<number, string>> = {
  1: '309eeda0b0e0bdf6a39f5019bf59ae5f48c93087b5cb58b779b4c166e2f82de0',
};

/** The shape of both unions: everything that JSON Schema can say, the rest as "anything". */
function shape(): string {
  const parts = [upSchema, downSchema].map((schema) =>
    z.toJSONSchema(schema, { unrepresentable: 'any', reused: 'inline' }),
  );
  return canonicalJson(JSON.parse(JSON.stringify(parts)) as Json);
}

it('changes no message without a new version [V3]', () => {
  const message = 'A message changed shape: raise protocolVersion and pin the new hash.';
  expect(hash('sha256', shape()), message).toBe(golden[protocolVersion]);
});

it('says in the hash what a message is made of [V3]', () => {
  for (const word of ['"catchUpBegin"', '"additionalProperties":false', '"maxLength":256']) {
    expect(shape()).toContain(word);
  }
});

it('has a floor that is not above the version [V3]', () => {
  expect(protocolFloor).toBeLessThanOrEqual(protocolVersion);
  expect(Object.keys(golden)).toContain(String(protocolVersion));
});
