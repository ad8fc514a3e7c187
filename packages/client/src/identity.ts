// Who a device is. Its key pair is made on the device and the secret half never leaves it; joining
// proves that somebody read the pairing code, without ever sending the code.

import { ed25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Signer, Vouch } from '@pos-sync/sync';
import { hubAddress } from './address.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { ClientError } from './client-error.ts';

export interface Identity {
  readonly store: string;
  readonly device: string;
  readonly name: string;
  /** Stands before its order numbers: `B` of `B17`. */
  readonly letter: string;
  readonly role: string;
  /** Ed25519, base64url. Never leaves the device. */
  readonly secretKey: string;
  /**
   * Of a program that asked for one: what it may send instead of signing, on the hub's own
   * machine. The hub knows its hash alone.
   */
  readonly bearer?: string;
  /** Of a device that was a copy: its former identity speaks for it. */
  readonly vouch?: Vouch;
}

export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** A new Ed25519 key pair (RFC 8032), both halves in base64url without padding. */
export function createKeyPair(): KeyPair {
  const secretKey = randomText();
  return { publicKey: signerOf(secretKey).publicKey, secretKey };
}

/** 32 random bytes in base64url. */
function randomText(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

export function signerOf(secretKey: string): Signer {
  const secret = fromBase64url(secretKey);
  return {
    publicKey: toBase64url(ed25519.getPublicKey(secret)),
    sign: (text) => toBase64url(ed25519.sign(utf8ToBytes(text), secret)),
  };
}

/** As much of `fetch` as joining needs. */
export type Fetch = (
  url: string,
  options?: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  },
) => Promise<{ readonly ok: boolean; json(): Promise<unknown> }>;

export interface JoinOptions {
  /** Makes a bearer as well; the hub takes one from the role `program` alone. */
  readonly bearer?: true;
}

/**
 * Pairs this device with the hub at `typedAddress` by the code a manager reads out. Throws
 * `ClientError` with what the hub said, `HUB_AWAY` where none answers, `BAD_ADDRESS` or `NO_CODE`.
 */
export async function join(
  typedAddress: string,
  code: string,
  fetch: Fetch,
  { bearer: wantsBearer }: JoinOptions = {},
): Promise<Identity> {
  if (code.trim() === '') {
    const fix = 'Ask a manager to let this device join, and type the code that is shown then.';
    throw new ClientError('NO_CODE', 'No pairing code was given.', fix);
  }
  const { isSecure, host } = hubAddress(typedAddress);
  const at = `${isSecure ? 'https' : 'http'}://${host}/pairing`;
  const hub = textIn(await answerOf(fetch(at)), 'hub');
  const { publicKey, secretKey } = createKeyPair();
  const bearer = wantsBearer === true ? randomText() : undefined;
  const offered = bearer === undefined ? { publicKey } : { publicKey, bearerHash: hashOf(bearer) };
  const proof = proofOf(code, [hub, ...Object.values(offered)]);
  const answer = await answerOf(
    fetch(`${at}/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...offered, proof }),
    }),
  );
  const text = (field: string): string => textIn(answer, field);
  return {
    store: text('store'),
    device: text('device'),
    name: text('name'),
    letter: text('letter'),
    role: text('role'),
    secretKey,
    ...(bearer === undefined ? {} : { bearer }),
  };
}

/** HMAC-SHA-256 (RFC 2104) under the code as people may type it: in any case, with dashes or not. */
function proofOf(code: string, said: readonly string[]): string {
  const key = utf8ToBytes(code.toUpperCase().replaceAll(/[\s-]/g, ''));
  return bytesToHex(hmac(sha256, key, utf8ToBytes(said.join('\n'))));
}

function hashOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

async function answerOf(asked: ReturnType<Fetch>): Promise<object> {
  const response = await asked.catch((cause: unknown) => {
    const fix =
      'Check that this device is on the WiFi of the shop and that the hub is switched on.';
    throw new ClientError('HUB_AWAY', 'The hub does not answer.', fix, { cause });
  });
  const answer = await response.json().catch(() => undefined);
  if (typeof answer !== 'object' || answer === null) throw strange();
  if (response.ok) return answer;
  const { fix } = answer as { fix?: unknown };
  const what = typeof fix === 'string' ? fix : undefined;
  throw new ClientError(textIn(answer, 'code'), textIn(answer, 'message'), what);
}

function textIn(answer: object, field: string): string {
  const value = (answer as Readonly<Record<string, unknown>>)[field];
  if (typeof value !== 'string') throw strange();
  return value;
}

function strange(): ClientError {
  const fix = 'Check the address: another program may be listening there.';
  return new ClientError('NOT_A_HUB', 'What answers there is not a hub this app understands.', fix);
}
