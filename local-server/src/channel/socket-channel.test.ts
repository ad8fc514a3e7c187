import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limits, type SocketId } from '@pos-sync/sync';
import { channelContract, type ChannelUnderTest, type Peer } from '@pos-sync/sync/testing';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { openSocketChannel } from './socket-channel.ts';

/** What comes one after the other, for whoever asks for the next. */
class Arrivals<Item> {
  readonly #items: Item[] = [];
  #waiting: (() => void) | undefined;

  readonly add = (item: Item): void => {
    this.#items.push(item);
    this.#waiting?.();
  };

  async next(): Promise<Item> {
    while (this.#items.length === 0) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    return this.#items.shift()!;
  }
}

interface Sockets extends ChannelUnderTest {
  connect(): Promise<Peer & { readonly webSocket: WebSocket }>;
  readonly pressed: Arrivals<SocketId>;
  readonly drained: Arrivals<SocketId>;
}

async function openSockets(): Promise<Sockets> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const channel = openSocketChannel(server);
  const connected = new Arrivals<SocketId>();
  const received = new Arrivals<{ socket: SocketId; text: string }>();
  const closed = new Arrivals<SocketId>();
  const pressed = new Arrivals<SocketId>();
  const drained = new Arrivals<SocketId>();
  channel.serve({
    connected: connected.add,
    received: (socket, text) => received.add({ socket, text }),
    closed: closed.add,
    pressed: pressed.add,
    drained: drained.add,
    isWelcome: () => true,
  });
  const connect: Sockets['connect'] = async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/sync`);
    const texts = new Arrivals<string>();
    const ends = new Arrivals<{ code: number; reason: string }>();
    webSocket.on('message', (data) => texts.add((data as Buffer).toString()));
    webSocket.on('close', (code, reason) => ends.add({ code, reason: reason.toString() }));
    const socket = await connected.next();
    if (webSocket.readyState !== WebSocket.OPEN) await once(webSocket, 'open');
    return {
      webSocket,
      socket,
      next: () => texts.next(),
      say: (text) => webSocket.send(text),
      closed: () => ends.next(),
      leave: async () => {
        webSocket.close();
        await closed.next();
      },
    };
  };
  const dispose = async (): Promise<void> => {
    channel.end();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { channel, connect, heard: () => received.next(), dispose, pressed, drained };
}

channelContract('The WebSockets of the hub', openSockets);

it('says which socket is pressed by what it does not read, and when it has read it', async () => {
  const { channel, connect, pressed, drained, dispose } = await openSockets();
  const [slow, quick] = [await connect(), await connect()];
  slow.webSocket.pause();
  const frame = 'x'.repeat(limits.frameBytesMax);
  let sent = 0;
  const told = pressed.next();
  const isPressed = told.then(() => true);
  // The system takes some megabytes itself before anything is left to wait.
  while (!(await Promise.race([isPressed, nextTurn()]))) {
    channel.send([slow.socket, quick.socket], frame);
    sent += 1;
    expect(await quick.next()).toBe(frame);
  }
  expect(await told).toBe(slow.socket);
  slow.webSocket.resume();
  for (let count = 0; count < sent; count += 1) expect(await slow.next()).toBe(frame);
  expect(await drained.next()).toBe(slow.socket);
  await dispose();
});

function nextTurn(): Promise<false> {
  return new Promise((resolve) => void setImmediate(() => resolve(false)));
}

it('refuses a frame that is too long by ending that one socket', async () => {
  const { channel, connect, dispose } = await openSockets();
  const [loud, other] = [await connect(), await connect()];
  loud.say('x'.repeat(limits.frameBytesMax + 1));
  expect((await loud.closed()).code).not.toBe(1000);
  channel.send([other.socket], 'still here');
  expect(await other.next()).toBe('still here');
  await dispose();
});

it('reads no more of a socket that says more than it may, and goes on with the others', async () => {
  const { channel, connect, heard, dispose } = await openSockets();
  const [loud, other] = [await connect(), await connect()];
  const said = 100_000;
  for (let count = 0; count < said; count += 1) loud.say('and another thing');
  other.say('tea, please');
  let ofLoud = 0;
  for (let one = await heard(); one.socket !== other.socket; one = await heard()) ofLoud += 1;
  // It is still there, and may be spoken to.
  channel.send([loud.socket], 'one moment');
  expect(await loud.next()).toBe('one moment');
  expect(ofLoud).toBeLessThan(said / 2);
  await dispose();
});
