// How a device signs an HTTP call: with the key it was let in by, over everything the call says.
// A counter makes an overheard call worthless, and the id of the hub process lets the counter
// begin anew with every start.

export interface SignedBy {
  readonly device: string;
  readonly counter: number;
  /** Ed25519 over `signedText`, base64url. */
  readonly signature: string;
}

const form =
  /^Pos-Device\s+device="([\w.:-]{1,64})",\s*counter="(\d{1,15})",\s*signature="([\w-]{86})"$/i;

/** What the header says; undefined when it is of another kind or not whole. */
export function readSignature(authorization: string): SignedBy | undefined {
  const [, device, counter, signature] = form.exec(authorization) ?? [];
  if (device === undefined || counter === undefined || signature === undefined) return undefined;
  return { device, counter: Number(counter), signature };
}

export interface SignedCall {
  readonly hub: string;
  readonly device: string;
  readonly method: string;
  /** The path with its query, as it stands in the request. */
  readonly url: string;
  readonly counter: number;
  /** SHA-256 in lower-case hex. */
  readonly bodyHash: string;
}

export function signedText(call: SignedCall): string {
  const { hub, device, method, url, counter, bodyHash } = call;
  return ['pos-sync http', hub, device, method, url, String(counter), bodyHash].join('\n');
}
