// Carries a replica's effects out against its ports: storage, socket and clock.

import type { Deny } from '../protocol/down/deny.ts';
import { type Clock, type Timer, earliestTimer } from '../ports/clock.ts';
import type { DeviceStorage } from '../ports/device-storage.ts';
import type { Link } from './link.ts';
import { Replica } from './replica.ts';
import type {
  CommandStatus,
  NewCommand,
  ReplicaConfig,
  ReplicaEffect,
  ReplicaInput,
} from './state.ts';

/** One socket to the hub. After `close` none of its handlers is called any more. */
export interface Connection {
  send(text: string): void;
  close(): void;
}

export interface ConnectionHandlers {
  opened(): void;
  received(text: string): void;
  closed(): void;
}

export interface ReplicaPorts {
  readonly storage: DeviceStorage;
  readonly clock: Clock;
  connect(handlers: ConnectionHandlers): Connection;
}

export interface ReplicaListener {
  changed(keys: ReadonlySet<string>): void;
  moved(id: string, status: CommandStatus): void;
  link(link: Link): void;
  denied(deny: Deny): void;
}

/** Loads what the device holds and connects. */
export async function runReplica(
  config: ReplicaConfig,
  ports: ReplicaPorts,
  listener: ReplicaListener,
): Promise<RunningReplica> {
  const replica = new Replica(config, await ports.storage.load(), ports.clock.now());
  return new RunningReplica(replica, ports, listener);
}

export class RunningReplica {
  readonly replica: Replica;
  readonly #ports: ReplicaPorts;
  readonly #listener: ReplicaListener;
  readonly #timer: Timer;
  readonly #inputs: ReplicaInput[] = [];
  readonly #storing = new Set<Promise<void>>();
  #connection: Connection | undefined;
  #stepping = false;

  constructor(replica: Replica, ports: ReplicaPorts, listener: ReplicaListener) {
    this.replica = replica;
    this.#ports = ports;
    this.#listener = listener;
    this.#timer = earliestTimer(ports.clock, () => this.#step({ type: 'tick' }));
    this.#step({ type: 'tick' });
  }

  mutate(command: NewCommand): void {
    this.#step({ type: 'mutate', command });
  }

  nudge(): void {
    this.#step({ type: 'nudged' });
  }

  drawn(stations: readonly string[]): void {
    this.#step({ type: 'drawn', stations });
  }

  letGo(key: string): void {
    this.#step({ type: 'letGo', key });
  }

  /** Closes the socket, lets what is being stored finish, and settles. */
  async stop(): Promise<void> {
    this.#step({ type: 'stop' });
    this.#timer.stop();
    while (this.#storing.size > 0) await Promise.all(this.#storing);
  }

  #step(first: ReplicaInput): void {
    this.#inputs.push(first);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
        const effects = this.replica.step(input, this.#ports.clock.now());
        for (const effect of effects) this.#carryOut(effect);
      }
    } finally {
      this.#stepping = false;
    }
  }

  #carryOut(effect: ReplicaEffect): void {
    const { storage } = this.#ports;
    switch (effect.type) {
      case 'append':
        return this.#store(
          storage.append(effect.commands),
          (ns) => ({ type: 'appended', ns }),
          'notAppended',
        );
      case 'save':
        return this.#store(storage.save(effect.change), () => ({ type: 'saved' }), 'notSaved');
      case 'readJournal':
        return this.#read(effect);
      case 'connect':
        return this.#connect();
      case 'disconnect':
        this.#connection?.close();
        this.#connection = undefined;
        return undefined;
      case 'send':
        return this.#connection?.send(effect.text);
      case 'timer':
        return this.#timer.at(effect.atMonoMs);
      case 'changed':
        return this.#listener.changed(effect.keys);
      case 'moved':
        return this.#listener.moved(effect.id, effect.status);
      case 'link':
        return this.#listener.link(effect.link);
      case 'denied':
        return this.#listener.denied(effect.deny);
    }
  }

  /** Events of a socket that was given up are not this replica's business any more. */
  #connect(): void {
    const whenCurrent = (input: ReplicaInput): void => {
      if (this.#connection === connection) this.#step(input);
    };
    const connection: Connection = this.#ports.connect({
      opened: () => whenCurrent({ type: 'opened' }),
      received: (text) => whenCurrent({ type: 'received', text }),
      closed: () => whenCurrent({ type: 'closed' }),
    });
    this.#connection = connection;
  }

  /** A journal that cannot be read is asked again by the next welcome. */
  #read({ after, limit, why }: Extract<ReplicaEffect, { type: 'readJournal' }>): void {
    const { storage } = this.#ports;
    void storage.journal(after, limit).then(
      (entries) => this.#step({ type: 'journalRead', entries, after, why }),
      () => this.#step({ type: 'closed' }),
    );
  }

  #store<Result>(
    done: Promise<Result>,
    then: (result: Result) => ReplicaInput,
    failed: 'notAppended' | 'notSaved',
  ): void {
    const finish = (input: ReplicaInput): void => {
      this.#storing.delete(settled);
      this.#step(input);
    };
    const settled: Promise<void> = done.then(
      (result) => finish(then(result)),
      (error: unknown) => finish({ type: failed, message: String(error) }),
    );
    this.#storing.add(settled);
  }
}
