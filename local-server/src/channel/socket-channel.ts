// The hub's sockets: WebSockets at `/sync`, one text frame a message, compression off. Tells the
// engine when a socket has too much waiting, and when that has drained.

import type { Server } from 'node:http';
import { type Channel, type RunningHub, type SocketId, limits } from '@pos-sync/sync';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a hub wants to hear of its sockets. */
export type Listener = Pick<
  RunningHub,
  'connected' | 'received' | 'closed' | 'pressed' | 'drained'
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
const socketBytesMax = 64 * 1024 * 1024;
/** A peer that does not answer the closing handshake is cut off after this. */
const closeWithinMs = 2_000;

export function openSocketChannel(server: Server): SocketChannel {
  return new WebSocketChannel(server);
}

class WebSocketChannel implements SocketChannel {
  readonly #sockets = new Map<SocketId, WebSocket>();
  readonly #pressed = new Set<SocketId>();
  readonly #server: WebSocketServer;
  #hub: Listener | undefined;
  #opened = 0;

  constructor(server: Server) {
    const maxPayload = limits.frameBytesMax;
    this.#server = new WebSocketServer({ server, path, perMessageDeflate: false, maxPayload });
    // It repeats the server's own errors, which whoever listens has to answer for.
    this.#server.on('error', () => {});
    this.#server.on('connection', (webSocket) => this.#takeIn(webSocket));
  }

  serve(hub: Listener): void {
    this.#hub = hub;
  }

  send(to: readonly SocketId[], text: string): void {
    const frame = Buffer.from(text);
    for (const socket of to) this.#write(socket, frame);
  }

  close(socket: SocketId, code: number, reason: string): void {
    const webSocket = this.#sockets.get(socket);
    if (webSocket === undefined) return;
    webSocket.close(code, reason);
    setTimeout(() => webSocket.terminate(), closeWithinMs).unref();
  }

  end(): void {
    for (const webSocket of this.#sockets.values()) webSocket.terminate();
    this.#server.close();
  }

  #takeIn(webSocket: WebSocket): void {
    const hub = this.#hub;
    if (hub === undefined) return webSocket.terminate();
    this.#opened += 1;
    const socket = `s${this.#opened}`;
    this.#sockets.set(socket, webSocket);
    webSocket.on('message', (data, isBinary) => {
      hub.received(socket, isBinary ? '' : (data as Buffer).toString());
    });
    webSocket.on('close', () => {
      this.#sockets.delete(socket);
      this.#pressed.delete(socket);
      hub.closed(socket);
    });
    // A broken frame or a reset ends this one socket; `close` follows and is all that matters.
    webSocket.on('error', () => webSocket.terminate());
    hub.connected(socket);
  }

  #write(socket: SocketId, frame: Buffer): void {
    const webSocket = this.#sockets.get(socket);
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
