// The hub's sockets: WebSockets at `/sync`, one text frame a message, compression off. Tells the
// engine when a socket has too much waiting, and when that has drained.

import type { Server } from 'node:http';
import { type Channel, type RunningHub, type SocketId, limits } from '@pos-sync/sync';
import { type WebSocket, WebSocketServer } from 'ws';

export interface SocketChannel extends Channel {
  /** Starts taking sockets in for `hub`. */
  serve(hub: RunningHub): void;
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
  const sockets = new Map<SocketId, WebSocket>();
  const pressed = new Set<SocketId>();
  const webSockets = new WebSocketServer({
    server,
    path,
    perMessageDeflate: false,
    maxPayload: limits.frameBytesMax,
  });
  // It repeats the server's own errors, which whoever listens has to answer for.
  webSockets.on('error', () => {});
  let hub: RunningHub | undefined;
  let opened = 0;

  webSockets.on('connection', (webSocket) => {
    const running = hub;
    if (running === undefined) return webSocket.terminate();
    opened += 1;
    const socket = `s${opened}`;
    sockets.set(socket, webSocket);
    webSocket.on('message', (data, isBinary) => {
      running.received(socket, isBinary ? '' : (data as Buffer).toString());
    });
    webSocket.on('close', () => {
      sockets.delete(socket);
      pressed.delete(socket);
      running.closed(socket);
    });
    // A broken frame or a reset ends this one socket; `close` follows and is all that matters.
    webSocket.on('error', () => webSocket.terminate());
    running.connected(socket);
  });

  function write(socket: SocketId, frame: Buffer): void {
    const webSocket = sockets.get(socket);
    if (webSocket === undefined || webSocket.readyState !== webSocket.OPEN) return;
    if (webSocket.bufferedAmount > socketBytesMax) return webSocket.terminate();
    webSocket.send(frame, textFrame);
    if (webSocket.bufferedAmount <= limits.behindBytes || pressed.has(socket)) return;
    pressed.add(socket);
    hub?.pressed(socket);
    watchDraining(socket, webSocket);
  }

  /** Looks now and then, because nothing tells when a WebSocket has written all it was given. */
  function watchDraining(socket: SocketId, webSocket: WebSocket): void {
    const timer = setInterval(() => {
      if (pressed.has(socket) && webSocket.bufferedAmount > 0) return;
      clearInterval(timer);
      if (pressed.delete(socket)) hub?.drained(socket);
    }, drainCheckMs);
    timer.unref();
  }

  return {
    serve(running) {
      hub = running;
    },
    send(to, text) {
      const frame = Buffer.from(text);
      for (const socket of to) write(socket, frame);
    },
    close(socket, code, reason) {
      const webSocket = sockets.get(socket);
      if (webSocket === undefined) return;
      webSocket.close(code, reason);
      setTimeout(() => webSocket.terminate(), closeWithinMs).unref();
    },
    end() {
      for (const webSocket of sockets.values()) webSocket.terminate();
      webSockets.close();
    },
  };
}
