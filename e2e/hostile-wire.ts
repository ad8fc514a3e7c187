// What no well-behaved program sends: bytes on a connection of one's own, from an address of this
// machine that is not the hub's, so that the hub takes the sender for a stranger on the network.

import { randomBytes } from 'node:crypto';
import { type Socket, connect } from 'node:net';

import { until } from './until.ts';

/**
 * Only Linux has these without being told: they are tests' neighbours on the network. Elsewhere the
 * sender is on the hub's own machine, where nobody is counted.
 */
export const neighbour = (number: number): string | undefined =>
  process.platform === 'linux' ? `127.0.0.${number + 1}` : undefined;

export interface Wire {
  readonly socket: Socket;
  /** All that came so far, one character a byte. */
  heard(): string;
  say(bytes: string | Buffer): void;
  /** Settles when the hub has ended the connection, with all that came. */
  readonly ended: Promise<string>;
}

export async function openWire(address: string, from = neighbour(1)): Promise<Wire> {
  const { hostname: host, port } = new URL(address);
  const local = from === undefined ? {} : { localAddress: from };
  const socket = connect({ host, port: Number(port), ...local });
  let heard = '';
  // A connection that the hub cuts may end with a reset, or with a write that nobody takes.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  const ended = new Promise<string>((resolve) => void socket.once('close', () => resolve(heard)));
  const connected = new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
  await Promise.race([connected, ended]);
  return {
    socket,
    heard: () => heard,
    say: (bytes) => void (socket.writable && socket.write(bytes)),
    ended,
  };
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly code: string | undefined;
}

/** A WebSocket that has heard the challenge. */
export async function openSocket(
  address: string,
  from: string | undefined,
  headers: readonly string[] = [],
): Promise<Wire> {
  const wire = await openWire(address, from);
  wire.say(upgrade([`Host: ${new URL(address).host}`, ...headers]));
  await until('the challenge', () => wire.heard().includes('"challenge"'), challengeWithinMs);
  return wire;
}

const challengeWithinMs = 10_000;

/** Sends a request letter by letter and reads until the hub closes, which it is asked to. */
export async function request(address: string, text: string, from?: string): Promise<RawAnswer> {
  const wire = await openWire(address, from);
  wire.say(text);
  return readAnswer(await wire.ended);
}

export function readAnswer(heard: string): RawAnswer {
  const [head = '', body = ''] = heard.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  return { status, head: head.toLowerCase(), code: /"code":"(\w+)"/.exec(body)?.[1] };
}

/** `GET path`, with these headers and no others but the one that closes. */
export function get(path: string, headers: readonly string[]): string {
  return [`GET ${path} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n');
}

/** An upgrade at `/sync`. */
export function upgrade(headers: readonly string[]): string {
  const key = randomBytes(16).toString('base64');
  const own = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
  return ['GET /sync HTTP/1.1', ...headers, ...own, `Sec-WebSocket-Key: ${key}`, '', ''].join(
    '\r\n',
  );
}

export interface Frame {
  /** The first byte of the frame: final, reserved bits, kind. */
  readonly first: number;
  readonly payload?: Buffer;
  /** What it says its length is; that of the payload where nothing is said. */
  readonly length?: number;
  readonly isMasked?: boolean;
}

/** One frame as a browser sends it, or as none does. The mask is zero: it changes nothing. */
export function frame({
  first,
  payload = Buffer.alloc(0),
  length,
  isMasked = true,
}: Frame): Buffer {
  const said = length ?? payload.length;
  const mark = isMasked ? 0x80 : 0;
  const mask = Buffer.alloc(isMasked ? 4 : 0);
  if (said < 126) return Buffer.concat([Buffer.from([first, mark | said]), mask, payload]);
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = mark | 127;
  head.writeBigUInt64BE(BigInt(said), 2);
  return Buffer.concat([head, mask, payload]);
}

/** The code of the close frame with which the hub ended a WebSocket; undefined without one. */
export function closeCodeIn(heard: string): number | undefined {
  const bytes = Buffer.from(heard.slice(heard.indexOf('\r\n\r\n') + 4), 'latin1');
  for (let at = 0; at + 4 <= bytes.length;) {
    const short = bytes[at + 1]! & 0x7f;
    if (bytes[at] === 0x88) return bytes.readUInt16BE(at + 2);
    if (short === 127) at += 10 + Number(bytes.readBigUInt64BE(at + 2));
    else at += short === 126 ? 4 + bytes.readUInt16BE(at + 2) : 2 + short;
  }
  return undefined;
}
