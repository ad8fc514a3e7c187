import type { ConnectionHandlers } from '@pos-sync/sync';
import { beforeEach, expect, it, vi } from 'vitest';

import { type Socket, dialerOf } from './dial.ts';

type Handler = ((event: { readonly data?: unknown }) => void) | null;

class FakeSocket implements Socket {
  static readonly made: FakeSocket[] = [];
  readonly url: string;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  readonly send = vi.fn<(text: string) => void>();
  readonly close = vi.fn<() => void>();

  constructor(url: string) {
    if (url.includes('forbidden')) throw new Error('SecurityError');
    this.url = url;
    FakeSocket.made.push(this);
  }
}

const handlers = () =>
  ({
    opened: vi.fn<() => void>(),
    received: vi.fn<(text: string) => void>(),
    closed: vi.fn<() => void>(),
  }) satisfies ConnectionHandlers;

const dialer = (hub: string | readonly string[]) => dialerOf(hub, FakeSocket, () => undefined);

function latest(): FakeSocket {
  const socket = FakeSocket.made.at(-1);
  if (socket === undefined) throw new Error('no socket was made');
  return socket;
}

function welcome(addresses: readonly string[]): { readonly data: string } {
  const at = { epoch: { number: 1, id: 'e' }, seq: 0, chain: '', stamp: '' };
  const limits = {
    frameBytesMax: 1,
    commandBytesMax: 1,
    commandsPerSecond: 1,
    commandsInFlightMax: 1,
  };
  const message = { type: 'welcome', protocol: 1, head: at, lastN: 0, hubTimeMs: 0 };
  const who = { role: 'entry', name: 'Till', letter: 'B' };
  const view = { view: 'entry', projection: '', ...who };
  return { data: JSON.stringify({ ...message, ...view, addresses, limits, mode: 'live' }) };
}

beforeEach(() => {
  FakeSocket.made.length = 0;
});

it('goes to the next address when one refuses, and when one stays silent', () => {
  const { connect } = dialer(['http://a:1/', 'https://b', 'ws://c:3']);
  connect(handlers());
  latest().onclose?.({});
  connect(handlers()).close();
  connect(handlers());
  const urls = FakeSocket.made.map(({ url }) => url);
  expect(urls).toEqual(['ws://a:1/sync', 'wss://b/sync', 'ws://c:3/sync']);
});

it('stays with an address that led to the hub, and learns others from it', () => {
  const { connect } = dialer('http://a:1');
  connect(handlers());
  latest().onmessage?.(welcome(['b:2', 'a:1', 'http://no', '']));
  latest().onclose?.({});
  for (let attempt = 0; attempt < 3; attempt += 1) {
    connect(handlers());
    latest().onclose?.({});
  }
  const urls = FakeSocket.made.map(({ url }) => url.slice(5, 8));
  expect(urls).toEqual(['a:1', 'a:1', 'b:2', 'a:1']);
});

it('calls nobody after it hung up, and leaves no error unheard', () => {
  const heard = handlers();
  const connection = dialer('http://a:1').connect(heard);
  connection.send('hello');
  connection.close();
  latest().onopen?.({});
  latest().onmessage?.({ data: 'late' });
  latest().onerror?.({});
  latest().onclose?.({});
  expect(latest().send).toHaveBeenCalledWith('hello');
  expect(latest().close).toHaveBeenCalledTimes(1);
  for (const handler of Object.values(heard)) expect(handler).not.toHaveBeenCalled();
});

it('takes an address that the page forbids for one that cannot be reached', async () => {
  const heard = handlers();
  const { connect } = dialer(['http://forbidden', 'http://a:1']);
  connect(heard).send('into the void');
  expect(heard.closed).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(heard.closed).toHaveBeenCalledTimes(1);
  connect(handlers());
  expect(latest().url).toBe('ws://a:1/sync');
});
