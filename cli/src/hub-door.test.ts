// What a command says where nobody answers it: a hub that is stopped has done nothing, and one that
// hangs or ends in the middle may still do what it was asked.

import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { afterEach, expect, it } from 'vitest';

import { type Call, callHub, NotYetAnswered } from './hub-door.ts';

let leave = (): void => undefined;
afterEach(() => leave());

/** The address of a program that takes what comes; `heard` says what it does then. */
async function open(heard: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.once('data', () => heard(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  leave = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const act: Call = { method: 'POST', path: '/hub/stop', withinMs: 300 };
const look: Call = { method: 'GET', path: '/hub', withinMs: 300 };

it.each<[string, (socket: Socket) => void]>([
  ['never answers', () => undefined],
  ['is gone before it answers', (socket) => void socket.end()],
  ['breaks off before it answers', (socket) => void socket.resetAndDestroy()],
  [
    'breaks off in its answer',
    (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{'),
  ],
  [
    'never ends its answer',
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{'),
  ],
])('says of a hub that %s that it may still do what it was asked', async (_, heard) => {
  const address = await open(heard);
  const asked = await callHub(address, act).catch((error: unknown) => error);
  expect(asked).toBeInstanceOf(NotYetAnswered);
  expect(asked).toMatchObject({
    exitCode: 1,
    message: `The hub at ${address} has not answered yet. It may still do it.`,
    fix: 'Look before you type it again.',
  });
  const looked = await callHub(address, look).catch((error: unknown) => error);
  expect(looked).toBeInstanceOf(NotYetAnswered);
  expect(looked).toMatchObject({ message: `The hub at ${address} has not answered.` });
});

it('says of a place where nobody listens that the hub is stopped', async () => {
  const address = await open(() => undefined);
  leave();
  const asked = await callHub(address, act).catch((error: unknown) => error);
  expect(asked).not.toBeInstanceOf(NotYetAnswered);
  expect(asked).toMatchObject({ message: expect.stringContaining('it is stopped') as string });
});
