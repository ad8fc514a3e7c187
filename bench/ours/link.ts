// One thin socket of a device: signs the hello and hands frames on unread. The generator shares two
// cores with the hub, so it does no more than a device must do to take part.

import { sign } from 'node:crypto';
import { createShop } from '@pos-sync/shop';
import { type At, type Down, helloText, limits, protocolVersion } from '@pos-sync/sync';
import { WebSocket } from 'ws';

import type { BenchDevice } from '../hub/pairing.ts';

export type Welcome = Extract<Down, { type: 'welcome' }>;
export type Challenge = Extract<Down, { type: 'challenge' }>;

export interface LinkOptions {
  /** What the device's rows stand at; without it the hub sends its whole view. */
  readonly at?: At | undefined;
  readonly lastN?: number;
  /** Every frame after the welcome. */
  onFrame(data: Buffer): void;
}

export interface Link {
  readonly device: BenchDevice;
  readonly welcome: Welcome;
  readonly socket: WebSocket;
  send(text: string): void;
  close(): void;
}

const { views, viewOf } = createShop({ timeZone: 'UTC' });
const welcomeWithinMs = 30_000;
/** A device that only listens would be taken for dead: it speaks up like a real one. */
const lookEveryMs = 1_000;

/**
 * Connects, says hello and settles with the hub's welcome; catch-up frames follow it. A hub that
 * closes the socket later ends the bench: no measurement expects that.
 */
export function connect(port: number, device: BenchDevice, options: LinkOptions): Promise<Link> {
  const { promise, resolve, reject } = Promise.withResolvers<Link>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/sync`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  let spokeMs = performance.now();
  let isWelcome = false;
  const send = (text: string): void => {
    spokeMs = performance.now();
    socket.send(text);
  };
  const life = setInterval(() => {
    if (isWelcome && performance.now() - spokeMs >= limits.pingAfterMs) send('{"type":"ping"}');
  }, lookEveryMs);
  const late = setTimeout(() => fail('no welcome came in time'), welcomeWithinMs);
  const end = (): void => {
    clearTimeout(late);
    clearInterval(life);
    socket.terminate();
  };
  const fail = (why: string): void => {
    end();
    const error = new Error(`${device.role} ${device.device}: ${why}`);
    if (isWelcome) throw error;
    reject(error);
  };
  const close = (): void => {
    socket.removeAllListeners('close');
    end();
  };
  const handshake = (data: Buffer): void => {
    const message = JSON.parse(data.toString()) as Down;
    if (message.type === 'challenge') send(helloOf(device, message, options));
    else if (message.type === 'welcome') {
      clearTimeout(late);
      isWelcome = true;
      socket.off('message', handshake);
      socket.on('message', options.onFrame);
      resolve({ device, welcome: message, socket, send, close });
    } else fail(`the hub answered ${data.toString()}`);
  };
  socket.on('message', handshake);
  socket.on('error', (error) => fail(String(error)));
  socket.on('close', (code, reason) => fail(`closed with ${code} ${reason.toString()}`));
  return promise;
}

/** What a device answers a challenge with. */
export function helloOf(
  device: BenchDevice,
  { nonce, hub, store }: Challenge,
  { at, lastN = 0 }: Omit<LinkOptions, 'onFrame'> = {},
): string {
  const view = viewOf(device.role) ?? '';
  const text = helloText(nonce, hub, store, device.device);
  const hello = {
    type: 'hello',
    protocol: protocolVersion,
    build: 'bench',
    device: device.device,
    store,
    view,
    projection: views.get(view)?.projection ?? '',
    run: 'bench',
    ...(at === undefined ? {} : { at, proof: at }),
    lastN,
    answered: lastN,
    lowest: lastN + 1,
    signature: sign(undefined, Buffer.from(text), device.privateKey).toString('base64url'),
  };
  return JSON.stringify(hello);
}

/** The type of a frame, read from where it stands in every frame of the hub. */
export function typeOf(data: Buffer): string {
  const text = data.toString('latin1', 0, 32);
  return /^\{"type":"(\w+)"/.exec(text)?.[1] ?? '';
}
