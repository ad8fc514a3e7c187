// HTTP calls that a device signs with its own key: for programs, and for the screens of managers.
// Nothing in them is secret, so they may go over plain http; whoever overhears one can neither change
// it nor send it a second time.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Identity, signerOf } from './identity.ts';

export interface RequestToSign {
  /** `GET` or `POST`. */
  readonly method: string;
  /** The path with its query, as it is sent: `/devices?all=1`. */
  readonly url: string;
  /** As it is sent; nothing where there is none. */
  readonly body?: string;
  /** The `last` of a refusal `OLD_COUNTER`: the counter will be above it. */
  readonly above?: number;
}

/**
 * Answers a function that makes the headers of one call to the hub process `hub`, which is named by
 * `GET /pairing` and is another one after each start. Send in the order of signing: what arrives
 * after a later call is refused with `OLD_COUNTER`, has no effect, and may be signed and sent again,
 * `above` the counter that the refusal names.
 */
export function signedRequest(
  { device, secretKey }: Pick<Identity, 'device' | 'secretKey'>,
  hub: string,
): (request: RequestToSign) => { readonly authorization: string } {
  const signer = signerOf(secretKey);
  return ({ method, url, body = '', above = 0 }) => {
    const counter = nextCounter(above);
    const bodyHash = bytesToHex(sha256(utf8ToBytes(body)));
    const call = [method.toUpperCase(), url, counter, bodyHash];
    const text = ['pos-sync http', hub, device, ...call].join('\n');
    const signature = signer.sign(text);
    return {
      authorization: `Pos-Device device="${device}", counter="${counter}", signature="${signature}"`,
    };
  };
}

let lastCounter = 0;

/** The time, so that it goes on rising when this program is started again. */
function nextCounter(above: number): number {
  lastCounter = Math.max(lastCounter + 1, above + 1, Date.now());
  return lastCounter;
}
