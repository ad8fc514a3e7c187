// A line between one device and the hub that can be made slow: what the hub sends comes through at
// so many bytes a second, what the device sends at once.

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SlowLine {
  readonly port: number;
  /** From now on only so much comes through. */
  slowDown(bytesPerSecond: number): void;
  /** Everything comes through again. */
  speedUp(): void;
  close(): void;
}

const host = '127.0.0.1';
const sipEveryMs = 1_000;

/** Listens on a port of its own on this machine. */
export async function openSlowLine(hubPort: number): Promise<SlowLine> {
  let sipBytes: number | undefined;
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();
  const server = createServer((device) => {
    const hub = connect({
      host,
      port: hubPort,
      onread: {
        // Small, so that no more leaves the hub than comes through here.
        buffer: () => Buffer.alloc(sipBytes ?? 16_384),
        callback(length, buffer) {
          device.write(buffer.subarray(0, length));
          if (sipBytes === undefined) return true;
          waiting.add(() => hub.resume());
          return false;
        },
      },
    });
    device.pipe(hub);
    for (const [one, other] of [
      [device, hub],
      [hub, device],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  const sip = (): void => {
    const ready = Array.from(waiting);
    waiting.clear();
    for (const resume of ready) resume();
  };
  const timer = setInterval(sip, sipEveryMs);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    slowDown(bytesPerSecond) {
      sipBytes = (bytesPerSecond * sipEveryMs) / 1_000;
    },
    speedUp() {
      sipBytes = undefined;
      sip();
    },
    close() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
