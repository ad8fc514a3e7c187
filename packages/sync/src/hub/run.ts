// Carries the hub's effects out against its ports: store, sockets, clock.

import type { Channel, SocketId } from '../ports/channel.ts';
import { type Clock, type Timer, earliestTimer } from '../ports/clock.ts';
import { type Store, StoreFault } from '../ports/store.ts';
import type { Witness, Witnessed } from '../ports/witness.ts';
import type { Decided } from '../protocol/outcome.ts';
import type { ListedDevice } from './device-list.ts';
import { type DeviceRecord, findDevice } from './device-record.ts';
import type { Opening } from './epoch.ts';
import { Hub, genesis } from './hub.ts';
import type { Knock } from './knocking.ts';
import type { HubConfig, HubEffect, HubInput } from './state.ts';

export interface HubPorts {
  readonly store: Store;
  readonly channel: Channel;
  /** Undefined where nothing but the store remembers. */
  readonly witness?: Witness | undefined;
  /** Somebody put a backup back, or the key of the stamps is a new one. */
  readonly isRestored?: boolean | undefined;
  readonly clock: Clock;
  /** The store can no longer be trusted: leave with code 75, start again, verify. */
  exit(message: string): void;
  /** A part of history is gone and devices are asked for it, or that is over. */
  onRecovery?(isOver: boolean): void;
}

/** Opens the store, begins a new one where there is none, and runs the hub over it. */
export function runHub(config: HubConfig, ports: HubPorts): RunningHub {
  const { store, clock, witness, isRestored = false } = ports;
  if (store.load() === undefined) store.begin(genesis(config));
  const opening = openingOf(store, witness?.read(), isRestored);
  return new RunningHub(new Hub(config, store.load()!, clock.now(), opening), ports);
}

/**
 * What sidecar and store together say about the history that is being opened. Without a sidecar nobody
 * can say whether the store is an old copy: it is taken for one.
 */
export function openingOf(
  store: Store,
  witnessed: Witnessed | undefined,
  isRestored: boolean,
): Opening {
  if (witnessed === undefined) return { isRestored: true };
  const { seq } = witnessed.at;
  return { witnessed, isRestored, chainThere: store.find({ chains: [seq] }).chains.get(seq) };
}

/** The hub ended before it could say how a command came out: it may be in the log or not. */
export class HubStopped extends Error {
  constructor() {
    super('The hub stopped before this was decided. Give it again once it runs.');
  }
}

export class RunningHub {
  readonly #hub: Hub;
  readonly #ports: HubPorts;
  readonly #timer: Timer;
  readonly #inputs: HubInput[] = [];
  readonly #given = new Map<string, PromiseWithResolvers<Decided>>();
  #stepping = false;
  #dead = false;
  #whenStopped: (() => void) | undefined;

  constructor(hub: Hub, ports: HubPorts) {
    this.#hub = hub;
    this.#ports = ports;
    this.#timer = earliestTimer(ports.clock, () => this.#step({ type: 'tick' }));
    this.#step({ type: 'tick' });
  }

  connected(socket: SocketId, origin?: string): void {
    this.#step({ type: 'connected', socket, origin });
  }

  received(socket: SocketId, text: string): void {
    this.#step({ type: 'received', socket, text });
  }

  closed(socket: SocketId): void {
    this.#step({ type: 'closed', socket });
  }

  pressed(socket: SocketId): void {
    this.#step({ type: 'pressed', socket });
  }

  drained(socket: SocketId): void {
    this.#step({ type: 'drained', socket });
  }

  /** A copy of the store was verified on another medium. */
  copied(epoch: string, lastN: ReadonlyMap<string, number>): void {
    this.#step({ type: 'copied', epoch, lastN });
  }

  /**
   * Gives a command as the hub; settles with its outcome once that is durable. An id that is under
   * way is the same act: whoever gives it once more waits for the same outcome.
   */
  give(id: string, name: string, args: object): Promise<Decided> {
    const underWay = this.#given.get(id);
    if (underWay !== undefined) return underWay.promise;
    const given = Promise.withResolvers<Decided>();
    this.#given.set(id, given);
    if (this.#dead) this.#giveUp();
    this.#step({ type: 'own', id, name, args: args as never });
    return given.promise;
  }

  get status(): Hub['status'] {
    return this.#hub.status;
  }

  /** Whether a device that the hub knows said hello on this socket. */
  isWelcome(socket: SocketId): boolean {
    return this.#hub.isWelcome(socket);
  }

  /** The row of a paired device, as committed. */
  findDevice(device: string): DeviceRecord | undefined {
    return findDevice(this.#hub.status.rows, device);
  }

  /** The device table, with who is here, as committed. */
  devices(): readonly ListedDevice[] {
    return this.#hub.devices;
  }

  /** Devices that this hub does not know and that ask to be let in. */
  get knocks(): readonly Knock[] {
    return this.#hub.knocks;
  }

  /** Commits what is waiting, says goodbye, and settles. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenStopped = resolve;
      if (this.#dead) resolve();
      else this.#step({ type: 'stop' });
    });
  }

  /** Inputs are taken one after the other: the effects of one are carried out before the next. */
  #step(first: HubInput): void {
    this.#inputs.push(first);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
        if (this.#dead) continue;
        for (const effect of this.#hub.step(input, this.#ports.clock.now())) this.#carryOut(effect);
      }
    } finally {
      this.#stepping = false;
    }
  }

  #carryOut(effect: HubEffect): void {
    if (this.#dead) return;
    const { store, channel, clock, witness, exit } = this.#ports;
    switch (effect.type) {
      case 'send':
        return channel.send(effect.sockets, effect.text);
      case 'close':
        return channel.close(effect.socket, effect.code, effect.reason);
      case 'find': {
        const { ask, question } = effect;
        return this.#attempt(
          () => ({ type: 'found', ask, answer: store.find(question) }),
          'broken',
        );
      }
      case 'commit':
        return this.#attempt(() => {
          store.commit(effect.transaction);
          return { type: 'committed' };
        });
      case 'witness':
        return witness?.write(effect.witnessed);
      case 'recovery':
        return this.#ports.onRecovery?.(effect.isOver);
      case 'wake':
        return clock.soon(() => this.#step({ type: 'work' }));
      case 'timer':
        return this.#timer.at(effect.atMonoMs);
      case 'done':
        this.#given.get(effect.decided.id)?.resolve(effect.decided);
        this.#given.delete(effect.decided.id);
        return undefined;
      case 'exit':
        this.#end();
        return exit(effect.message);
      case 'stopped':
        this.#end();
        this.#whenStopped?.();
    }
  }

  /** A fault comes back as an input. A read that fails is never harmless. */
  #attempt(run: () => HubInput, atLeast?: 'broken'): void {
    try {
      this.#step(run());
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      this.#step({ type: 'refused', fault: atLeast ?? error.kind, message: error.message });
    }
  }

  #end(): void {
    this.#dead = true;
    this.#timer.stop();
    this.#giveUp();
  }

  /** Nobody waits for ever: what was given and has no outcome is to be given again to the next hub. */
  #giveUp(): void {
    for (const { reject } of this.#given.values()) reject(new HubStopped());
    this.#given.clear();
  }
}
