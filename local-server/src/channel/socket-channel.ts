// The hub's sockets: WebSockets at `/sync`, one text frame a message, compression off. Tells the
// engine when a socket has too much waiting, and when that has drained.

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { type Channel, type RunningHub, type SocketId, limits } from '@pos-sync/sync';
import { type WebSocket, WebSocketServer } from 'ws';

import type { Gate } from '../http/gate.ts';
import { securityHeaders } from '../http/headers.ts';
import { type Refused, refuse } from '../http/refusal.ts';
import { type Guest, keepCrowdSmall, mayEnter, whoMakesRoom } from './crowd.ts';
import { openPace } from './pace.ts';

/** What a hub wants to hear of its sockets. */
export type Listener = Pick<
  RunningHub,
  'connected' | 'received' | 'closed' | 'pressed' | 'drained' | 'isWelcome'
>;

export interface SocketChannel extends Channel {
  /** Starts taking sockets in for `hub`. */
  serve(hub: Listener): void;
  close(socket: SocketId, code: number, reason: string): void;
  /** Ends every socket at once. */
  end(): void;
}

const path = '/sync';
const textFrame = { binary: false };
const drainCheckMs = 50;
/** Whoever lets this much pile up is cut off; it comes back and catches up. */
const socketBytesMax = 32 * 1024 * 1024;
/** A peer that does not answer the closing handshake is cut off after this. */
const closeWithinMs = 2_000;
/** Pings are answered while less than this waits: whoever only asks and never reads fills nothing. */
const pongBytesMax = 16 * 1024;
/**
 * In how many pieces a frame may come, and in how many pieces of those from the network. Of browsers
 * only Chrome makes pieces, of up to 128 KiB: of the longest frame two, a few more on a busy machine.
 */
const pieces = { maxFragments: 16, maxBufferedChunks: 1_024 };

/**
 * @param gate what an upgrade has to pass; left out, all may come
 * @param commandsPerSecond how many a device may give
 */
export function openSocketChannel(
  server: Server,
  gate?: Gate,
  commandsPerSecond: number = limits.commandsPerSecond,
): SocketChannel {
  return new WebSocketChannel(server, gate, commandsPerSecond);
}

interface Present {
  readonly webSocket: WebSocket;
  readonly address: string;
}

class WebSocketChannel implements SocketChannel {
  readonly #sockets = new Map<SocketId, Present>();
  readonly #ids = new WeakMap<Socket, SocketId>();
  readonly #pressed = new Set<SocketId>();
  readonly #server: WebSocketServer;
  readonly #commandsPerSecond: number;
  #hub: Listener | undefined;
  #opened = 0;

  constructor(server: Server, gate: Gate | undefined, commandsPerSecond: number) {
    this.#commandsPerSecond = commandsPerSecond;
    this.#server = new WebSocketServer({
      server,
      path,
      perMessageDeflate: false,
      maxPayload: limits.frameBytesMax,
      ...pieces,
      autoPong: false,
      // Of frames that came together one is read at a time, and the others' sockets in between.
      allowSynchronousEvents: false,
      verifyClient: ({ req }, answer) => {
        const refused = gate?.(req) ?? this.#makeRoom(req);
        if (refused === undefined) answer(true);
        else turnAway(answer, refused);
      },
    });
    keepCrowdSmall(server, (socket) => this.#isPaired(this.#ids.get(socket)));
    // It repeats the server's own errors, which whoever listens has to answer for.
    this.#server.on('error', () => {});
    this.#server.on('connection', (webSocket, { socket }) => this.#takeIn(webSocket, socket));
  }

  serve(hub: Listener): void {
    this.#hub = hub;
  }

  send(to: readonly SocketId[], text: string): void {
    const frame = Buffer.from(text);
    for (const socket of to) this.#write(socket, frame);
  }

  close(socket: SocketId, code: number, reason: string): void {
    const webSocket = this.#sockets.get(socket)?.webSocket;
    if (webSocket === undefined) return;
    webSocket.close(code, reason);
    setTimeout(() => webSocket.terminate(), closeWithinMs).unref();
  }

  end(): void {
    for (const { webSocket } of this.#sockets.values()) webSocket.terminate();
    this.#server.close();
  }

  #isPaired(socket: SocketId | undefined): boolean {
    return socket !== undefined && this.#hub?.isWelcome(socket) === true;
  }

  #makeRoom({ socket: { remoteAddress = '' } }: IncomingMessage): Refused | undefined {
    const present: (Guest & Present)[] = [];
    for (const [id, one] of this.#sockets) {
      // Who was shed counts no more, though its end is not heard yet.
      if (one.webSocket.readyState !== one.webSocket.OPEN) continue;
      present.push({ ...one, isPaired: this.#isPaired(id) });
    }
    if (!mayEnter(remoteAddress, present)) return crowded;
    whoMakesRoom(remoteAddress, present)?.webSocket.terminate();
    return undefined;
  }

  #takeIn(webSocket: WebSocket, connection: Socket): void {
    const hub = this.#hub;
    if (hub === undefined) return webSocket.terminate();
    this.#opened += 1;
    const socket = `s${this.#opened}`;
    const address = connection.remoteAddress ?? '';
    this.#sockets.set(socket, { webSocket, address });
    this.#ids.set(connection, socket);
    const keepPace = keeperOf(webSocket, this.#commandsPerSecond);
    webSocket.on('message', (data, isBinary) => {
      const frame = data as Buffer;
      keepPace(frame.length);
      hub.received(socket, isBinary ? '' : frame.toString());
    });
    webSocket.on('ping', (data) => {
      keepPace(data.length);
      if (webSocket.bufferedAmount < pongBytesMax) webSocket.pong(data);
    });
    webSocket.on('close', () => {
      this.#sockets.delete(socket);
      this.#pressed.delete(socket);
      hub.closed(socket);
    });
    // A broken frame or a reset ends this one socket; `close` follows and is all that matters.
    webSocket.on('error', () => webSocket.terminate());
    hub.connected(socket, address);
  }

  #write(socket: SocketId, frame: Buffer): void {
    const webSocket = this.#sockets.get(socket)?.webSocket;
    if (webSocket === undefined || webSocket.readyState !== webSocket.OPEN) return;
    if (webSocket.bufferedAmount > socketBytesMax) return webSocket.terminate();
    webSocket.send(frame, textFrame);
    if (webSocket.bufferedAmount <= limits.behindBytes || this.#pressed.has(socket)) return;
    this.#pressed.add(socket);
    this.#hub?.pressed(socket);
    this.#watchDraining(socket, webSocket);
  }

  /** Looks now and then, because nothing tells when a WebSocket has written all it was given. */
  #watchDraining(socket: SocketId, webSocket: WebSocket): void {
    const timer = setInterval(() => {
      if (this.#pressed.has(socket) && webSocket.bufferedAmount > 0) return;
      clearInterval(timer);
      if (this.#pressed.delete(socket)) this.#hub?.drained(socket);
    }, drainCheckMs);
    timer.unref();
  }
}

/** To be called for each frame: stops reading for as long as there were too many. */
function keeperOf(webSocket: WebSocket, commandsPerSecond: number): (bytes: number) => void {
  const pace = openPace(commandsPerSecond);
  const goOn = (): void => {
    const waitMs = pace.waitMs(performance.now());
    if (waitMs === 0) webSocket.resume();
    else setTimeout(goOn, waitMs).unref();
  };
  return (bytes) => {
    const nowMs = performance.now();
    pace.count(bytes, nowMs);
    if (webSocket.isPaused || pace.waitMs(nowMs) === 0) return;
    webSocket.pause();
    goOn();
  };
}

const crowded = refuse(
  503,
  'CROWDED',
  'Too many connections wait here for their hello.',
  'Try again in some seconds.',
);

type Answer = (
  isLetIn: boolean,
  status?: number,
  body?: string,
  headers?: Record<string, string>,
) => void;

function turnAway(answer: Answer, { refused: { status, ...said } }: Refused): void {
  const headers = { ...securityHeaders, 'content-type': 'application/json; charset=utf-8' };
  answer(false, status, JSON.stringify(said), headers);
}
