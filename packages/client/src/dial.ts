// The socket to the hub. A shop's hub may have several addresses and may get another one: those
// configured are tried in turn, then those that the hub told when it was last reached.

// Handlers are set as properties, so that a stand-in for a socket needs nothing but those.
/* oxlint-disable unicorn/prefer-add-event-listener */

import { type Connection, type ConnectionHandlers, decodeDown } from '@pos-sync/sync';
import { hubAddress } from './address.ts';
import { ClientError } from './client-error.ts';

/** As much of a browser's WebSocket as is used; `ws` and Node's own fit as well. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export type SocketConstructor = new (url: string) => Socket;

export interface Dialer {
  connect(handlers: ConnectionHandlers): Connection;
}

const toldAddressesMax = 8;

/** `onFrame` is called before each frame is passed on. Throws `ClientError` for a bad address. */
export function dialerOf(
  hub: string | readonly string[],
  WebSocket: SocketConstructor,
  onFrame: () => void,
): Dialer {
  const configured = (typeof hub === 'string' ? [hub] : hub).map(socketUrl);
  if (configured.length === 0) {
    throw new ClientError('NO_HUB', 'No address of a hub was given.', 'Give at least one.');
  }
  let told: string[] = [];
  let next = 0;

  function connect(handlers: ConnectionHandlers): Connection {
    const urls = [...new Set([...configured, ...told])];
    const url = urls[next % urls.length] ?? '';
    let isGood = false;
    let isOver = false;

    /** An address that led to no welcome, refused or silent, gives way to the next one. */
    function end(): void {
      if (!isOver && !isGood) next = (next + 1) % urls.length;
      isOver = true;
    }

    const connection = open(WebSocket, url, {
      opened: handlers.opened,
      received(text) {
        onFrame();
        if (!isGood) {
          const { message } = decodeDown(text);
          isGood = message?.type === 'welcome';
          if (message?.type === 'welcome') told = urlsOf(message.addresses, url);
        }
        handlers.received(text);
      },
      closed() {
        end();
        handlers.closed();
      },
    });
    return {
      send: connection.send,
      close() {
        end();
        connection.close();
      },
    };
  }

  return { connect };
}

function open(WebSocket: SocketConstructor, url: string, handlers: ConnectionHandlers): Connection {
  let socket: Socket;
  try {
    socket = new WebSocket(url);
  } catch {
    // A page may forbid an address outright: one that cannot be reached, like any other.
    queueMicrotask(() => handlers.closed());
    return { send: () => undefined, close: () => undefined };
  }
  socket.onopen = () => handlers.opened();
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    if (typeof data === 'string') handlers.received(data);
  };
  socket.onclose = () => handlers.closed();
  // An error is always followed by `onclose`; unheard, it would end a Node process.
  socket.onerror = () => undefined;
  return {
    send: (text) => socket.send(text),
    close() {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    },
  };
}

function socketUrl(typed: string): string {
  const { isSecure, host } = hubAddress(typed);
  return `${isSecure ? 'wss' : 'ws'}://${host}/sync`;
}

/** The hub tells host and port alone, which hold for the way it was reached this time. */
function urlsOf(addresses: readonly string[], reachedAt: string): string[] {
  const scheme = reachedAt.slice(0, reachedAt.indexOf(':'));
  const hosts = addresses.filter((address) => /^[\w.:[\]-]+$/.test(address));
  return hosts.slice(0, toldAddressesMax).map((host) => `${scheme}://${host}/sync`);
}
