// The bad WiFi between devices and hub: passes bytes on, and cuts a connection in the middle of
// them when told to. It stays up while the hub is down, as a network does.

import { connect, createServer, type Server, type Socket } from 'node:net';

import type { Random } from './random.ts';

export interface Proxy {
  readonly port: number;
  /** How many connections could be cut now. */
  readonly open: () => number;
  /**
   * Cuts a random connection after some more bytes of its device, or of the hub, have passed: most
   * often within a frame. False when there is none.
   */
  cut(random: Random): boolean;
  close(): Promise<void>;
}

interface Line {
  readonly device: Socket;
  readonly hub: Socket;
  /** Bytes that still pass before it is cut; undefined while it is whole. */
  bytesLeft: number | undefined;
}

const host = '127.0.0.1';
/** A frame of the engine is longer than that, so that the cut falls into one. */
const bytesBeforeCutMax = 200;
const cutWithinMs = 200;

/** Listens on a port of its own; `hubPort` is asked for at every connection. */
export async function openProxy(hubPort: () => number): Promise<Proxy> {
  const lines = new Set<Line>();
  const server = createServer((device) => {
    const hub = connect(hubPort(), host);
    const line: Line = { device, hub, bytesLeft: undefined };
    device.setNoDelay(true);
    hub.setNoDelay(true);
    hub.on('connect', () => lines.add(line));
    pass(line, device, hub, () => lines.delete(line));
    pass(line, hub, device, () => lines.delete(line));
  });
  const port = await listen(server);
  return {
    port,
    open: () => whole(lines).length,
    cut(random) {
      const line = random.pick(whole(lines));
      if (line === undefined) return false;
      line.bytesLeft = random.below(bytesBeforeCutMax);
      setTimeout(() => drop(line), cutWithinMs).unref();
      return true;
    },
    close() {
      for (const line of lines) drop(line);
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function whole(lines: ReadonlySet<Line>): Line[] {
  return [...lines].filter((line) => line.bytesLeft === undefined);
}

function pass(line: Line, from: Socket, to: Socket, ended: () => void): void {
  from.on('data', (bytes: Buffer) => {
    if (line.bytesLeft !== undefined && bytes.length >= line.bytesLeft) {
      to.write(bytes.subarray(0, line.bytesLeft), () => drop(line));
      from.pause();
      return;
    }
    if (line.bytesLeft !== undefined) line.bytesLeft -= bytes.length;
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('error', () => drop(line));
  from.on('close', () => {
    ended();
    to.destroySoon();
  });
}

function drop({ device, hub }: Line): void {
  device.destroy();
  hub.destroy();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}
