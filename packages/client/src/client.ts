// One device's view of its shop: gives commands, reads rows, hears what changed. The engine in
// `@pos-sync/sync` does the work; here it gets a socket, a storage, a clock, and people to tell.

import {
  type At,
  type Clock,
  type Domain,
  type Ids,
  type Replica,
  type Row,
  isEngineCommand,
} from '@pos-sync/sync';
import { ClientError } from './client-error.ts';
import { systemClock } from './clock.ts';
import { CommandBook, type Moved, type SubjectStatus, refusedGiven } from './command-book.ts';
import { type ConnectionStatus, ConnectionWatch } from './connection-status.ts';
import { Device, type DeviceListener, type DeviceParts } from './device.ts';
import { type SocketConstructor, dialerOf } from './dial.ts';
import { givenArgs } from './given-args.ts';
import type { Identity } from './identity.ts';
import { randomIds } from './ids.ts';
import { type Given, type Mutate, mutateOf } from './mutate.ts';
import { sameData } from './same-data.ts';
import type { ClientStorage } from './storage/beside.ts';
import { unknownCommand } from './unknown-command.ts';
import { type News, type Reader, Watches, trackedQuery } from './watches.ts';
import { onWake } from './wake.ts';

export interface ClientOptions {
  readonly domain: Domain;
  readonly identity: Identity;
  /** Belongs to the client from here on, which closes it. */
  readonly storage: ClientStorage;
  /** As people type it, `192.168.1.100:8080`; or several, tried in turn. */
  readonly hub: string | readonly string[];
  readonly WebSocket: SocketConstructor;
  /** The version of the app, for people who look for a fault. */
  readonly build: string;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

/** Rows as the hub last confirmed them, and where in history they stand. */
export interface Confirmed {
  readonly at: At | undefined;
  readonly lastN: number;
  readonly rows: Iterable<Row>;
}

export interface Client<Commands extends object = Record<string, object>> extends Reader {
  /** Another one from the moment on when the hub finds that this device is a copy. */
  readonly identity: Identity;
  /** The domain's commands: `mutate.order.addLine(args)`. The rows show the effect at once. */
  readonly mutate: Mutate<Commands>;
  /** The same by name, for programs that learn the name at run time. */
  give(name: string, args: object): Given;
  /**
   * Calls `onChange` soon with the first result and then with every different one, until the
   * returned function is called. Listeners are called after the command or frame that changed
   * something, once for all that came together. A result is plain data; where it is not, say by
   * `isSame` what counts as equal.
   */
  watch<Result>(
    query: (reader: Reader) => Result,
    onChange: (result: Result) => void,
    isSame?: (one: Result, other: Result) => boolean,
  ): () => void;
  /** How far this device's own commands about a subject have come. */
  status(subject: string): SubjectStatus;
  watchStatus(subject: string, onChange: (status: SubjectStatus) => void): () => void;
  /** A person has read that a command was rejected or not saved: it needs no attention any more. */
  dismiss(id: string): void;
  /** A person has dealt with a row that the hub no longer knows: it leaves this device. */
  letGo(key: string): void;
  /** Hears of every step of every own command; the way to learn how a deferred one ended. */
  onMoved(listener: (moved: Moved) => void): () => void;
  readonly connection: ConnectionStatus;
  watchConnection(onChange: (connection: ConnectionStatus) => void): () => void;
  /** For comparing a device with its hub; screens read the rows with own commands on top. */
  readonly confirmed: Confirmed;
  /** Everything so far is drawn on a visible page that shows these stations. */
  drawn(stations: readonly string[]): void;
  /** Somebody looks or the network changed: connect now, or ask whether the hub is still there. */
  nudge(): void;
  /** The hub's time in ms since 1970, as well as this device knows it. */
  hubTimeMs(): number;
  /** Hangs up and waits until everything is stored. Commands without an outcome stay saved. */
  close(): Promise<void>;
}

/**
 * Loads what the device holds, shows it at once, and goes on connecting until `close`. Throws
 * `ClientError` where an address is none or the domain has no view for the device's role.
 */
export async function openClient<Commands extends object = Record<string, object>>(
  options: ClientOptions,
): Promise<Client<Commands>> {
  const { domain, storage, clock = systemClock } = options;
  const config = deviceConfig(options);
  const connection = new ConnectionWatch(clock);
  const noted = (): void => watches.note((news) => void (news.connection = true));
  const dialer = dialerOf(options.hub, options.WebSocket, () => {
    connection.heard();
    noted();
  });
  const image = await storage.load();
  const book = new CommandBook(domain, image);
  const subjects = new Map<string, string>();
  const watches = new Watches((news) => findSubjects(news, subjects, device.replica));
  const movedListeners = new Set<(moved: Moved) => void>();
  const listener: DeviceListener = {
    changed: (keys) =>
      watches.note((news) => {
        for (const key of keys) news.keys.add(key);
        news.connection = true;
      }),
    moved(id, status) {
      const moved = book.move(id, status);
      if (moved === undefined) return;
      watches.note((news) => {
        news.moved.add(moved.subject);
        news.connection = true;
      });
      for (const hear of movedListeners) queueMicrotask(() => hear(moved));
    },
    link(link) {
      connection.link(link);
      noted();
    },
    denied(deny) {
      connection.denied(deny, device.publicKey);
      noted();
    },
    became() {
      connection.became();
      noted();
    },
  };
  const { identity } = options;
  const device = new Device({ config, identity, storage, clock, dialer, listener }, image);
  for (const row of device.replica.rows()) subjects.set(row.key, row.subject);
  return clientOver<Commands>({
    options,
    clock,
    device,
    watches,
    book,
    connection,
    movedListeners,
  });
}

type Tellings = Pick<
  Client,
  'watch' | 'status' | 'watchStatus' | 'dismiss' | 'onMoved' | 'watchConnection'
>;

interface Parts {
  readonly options: ClientOptions;
  readonly clock: Clock;
  readonly device: Device;
  readonly watches: Watches;
  readonly book: CommandBook;
  readonly connection: ConnectionWatch;
  readonly movedListeners: Set<(moved: Moved) => void>;
}

function clientOver<Commands extends object>(parts: Parts): Client<Commands> {
  const { options, clock, device, watches, book, connection, movedListeners } = parts;
  const { ids = randomIds } = options;
  const stopListening = onWake(() => device.nudge());
  let closing: Promise<void> | undefined;

  const reader: Reader = {
    get: (key) => device.replica.find(key)?.body,
    isUnknownToHub: (key) => device.replica.isUnknownToHub(key),
    keys: (subject) => device.replica.keys(subject),
    rows: () => device.replica.rows(),
  };

  function give(name: string, args: object): Given {
    const id = ids.next();
    if (closing !== undefined) {
      return refusedGiven(id, {
        code: 'CLOSED',
        message: 'The app is closing; nothing was saved.',
      });
    }
    const read = givenArgs(name, args);
    if ('refusal' in read) return refusedGiven(id, read.refusal);
    const command = { id, name, args: read.copy };
    const refusal = isKnown(name)
      ? device.replica.check(command)
      : unknownCommand(name, options.domain.mutators.keys());
    if (refusal !== undefined) return refusedGiven(id, refusal);
    const given = book.enter(id, name, command.args);
    device.mutate(command);
    return given;
  }

  const isKnown = (name: string): boolean =>
    options.domain.mutators.has(name) || isEngineCommand(name);

  async function close(): Promise<void> {
    stopListening();
    watches.clear();
    await device.close();
    book.close();
    movedListeners.clear();
  }

  return {
    ...reader,
    get identity() {
      return device.identity;
    },
    mutate: mutateOf<Commands>(options.domain.mutators.keys(), give),
    give,
    ...tellings(parts, reader),
    get connection() {
      return connection.status(device.replica.status);
    },
    get confirmed() {
      const { status, confirmed } = device.replica;
      return { at: status.at, lastN: status.lastN, rows: confirmed.values() };
    },
    letGo: (key) => device.letGo(key),
    drawn: (stations) => device.drawn(stations),
    nudge: () => device.nudge(),
    hubTimeMs: () => Math.round(clock.now().monoMs + device.replica.status.hubOffsetMs),
    close: () => (closing ??= close()),
  };
}

/** Everything by which the app hears of something. */
function tellings(
  { device, watches, book, connection, movedListeners }: Parts,
  reader: Reader,
): Tellings {
  return {
    watch: (query, onChange, isSame = sameData) =>
      watches.add({ ...trackedQuery(reader, query), onChange, isSame }),
    status: (subject) => book.statusOf(subject),
    watchStatus: (subject, onChange) =>
      watches.add({
        isConcerned: ({ moved }) => moved.has(subject),
        read: () => book.statusOf(subject),
        onChange,
        isSame: sameData,
      }),
    dismiss(id) {
      const subject = book.dismiss(id);
      if (subject !== undefined) watches.note(({ moved }) => moved.add(subject));
    },
    onMoved(hear) {
      movedListeners.add(hear);
      return () => void movedListeners.delete(hear);
    },
    watchConnection: (onChange) =>
      watches.add({
        isConcerned: (news) => news.connection,
        read: () => connection.status(device.replica.status),
        onChange,
        // A sign of life every few seconds is no news to anyone.
        isSame: (one, other) => sameData({ ...one, lastHeardMs: 0 }, { ...other, lastHeardMs: 0 }),
      }),
  };
}

function deviceConfig(options: ClientOptions): DeviceParts['config'] {
  const { domain, identity, build, ids = randomIds } = options;
  const { store, role } = identity;
  const viewName = domain.viewOf(role);
  const view = viewName === undefined ? undefined : domain.views.get(viewName);
  if (viewName === undefined || view === undefined) {
    const message = `This app has no screen for the role "${role}".`;
    throw new ClientError('NO_VIEW', message, 'Update the app, or pair this device anew.');
  }
  return { domain, ids, build, store, role, viewName, view };
}

/** A subject has other keys where a row came, went, or moved from one subject to another. */
function findSubjects(news: News, subjects: Map<string, string>, replica: Replica): void {
  for (const key of news.keys) {
    const before = subjects.get(key);
    const now = replica.find(key)?.subject;
    if (before === now) continue;
    if (before !== undefined) news.subjects.add(before);
    if (now === undefined) subjects.delete(key);
    else {
      news.subjects.add(now);
      subjects.set(key, now);
    }
  }
}
