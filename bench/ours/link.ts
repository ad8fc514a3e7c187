// One thin socket of a device: signs the hello and hands frames on unread. The generator shares two
// cores with the hub, so it does no more than a device must do to take part.

import { sign } from 'node:crypto';
import { createShop } from '@pos-sync/shop';
import { type At, type Down, helloText, protocolVersion } from '@pos-sync/sync';
import { WebSocket } from 'ws';

import type { BenchDevice } from '../hub/pairing.ts';

export type Welcome = Extract<Down, { type: 'welcome' }>;

export interface LinkOptions {
  /** What the device's rows stand at; without it the hub sends its whole view. */
  readonly at?: At | undefined;
  readonly lastN?: number;
  /** Every frame after the welcome. */
  onFrame(data: Buffer): void;
  onClose?(): void;
}

export interface Link {
  readonly device: BenchDevice;
  readonly welcome: Welcome;
  readonly socket: WebSocket;
  send(text: string): void;
  close(): void;
}

const { views, viewOf } = createShop({ timeZone: 'UTC', cutOffHour: 4 });
const welcomeWithinMs = 30_000;

/** Connects, says hello and settles with the hub's welcome; catch-up frames follow it. */
export function connect(port: number, device: BenchDevice, options: LinkOptions): Promise<Link> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/sync`, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    const { device: id } = device;
    const late = setTimeout(() => fail('no welcome came in time'), welcomeWithinMs);
    const fail = (why: string): void => {
      clearTimeout(late);
      socket.terminate();
      reject(new Error(`${id}: ${why}`));
    };
    const send = (text: string): void => socket.send(text);
    const handshake = (data: Buffer): void => {
      const message = JSON.parse(data.toString()) as Down;
      if (message.type === 'challenge') send(helloOf(device, message, options));
      else if (message.type === 'welcome') {
        clearTimeout(late);
        socket.off('message', handshake);
        socket.on('message', options.onFrame);
        const close = (): void => socket.terminate();
        resolve({ device, welcome: message, socket, send, close });
      } else fail(`the hub answered ${data.toString()}`);
    };
    socket.on('message', handshake);
    socket.on('error', (error) => fail(String(error)));
    socket.on('close', () => {
      fail('the hub closed the socket');
      options.onClose?.();
    });
  });
}

function helloOf(
  device: BenchDevice,
  { nonce, hub, store }: Extract<Down, { type: 'challenge' }>,
  { at, lastN = 0 }: LinkOptions,
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
