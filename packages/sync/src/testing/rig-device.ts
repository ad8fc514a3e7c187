// A real replica on a table next to the hub: its storage is done at once unless a test holds it, and
// its socket is the rig's.

import type { JsonObject } from '../json.ts';
import type { DeviceChange } from '../ports/device-storage.ts';
import type { Deny } from '../protocol/down/deny.ts';
import type { Down } from '../protocol/down.ts';
import { Replica } from '../replica/replica.ts';
import type {
  CommandStatus,
  ReplicaConfig,
  ReplicaEffect,
  ReplicaInput,
} from '../replica/state.ts';
import { findDevice } from '../hub/device-record.ts';
import { RigDisk } from './rig-disk.ts';
import { rigIds, rigSigner } from './rig-ports.ts';
import type { Rig, Wire } from './rig.ts';

export class RigDevice {
  /** The hub it meets; another one where it is carried away. */
  rig: Rig;
  readonly name: string;
  disk = new RigDisk();
  replica: Replica;
  wire: Wire | undefined;
  /** What was said, as text, and what happened to commands and rows. */
  readonly said: string[] = [];
  readonly heard: Down[] = [];
  readonly statuses = new Map<string, CommandStatus>();
  readonly changed: ReadonlySet<string>[] = [];
  denied: Deny | undefined;
  /** While true nothing is done by the storage, and nothing told to the replica. */
  holdDisk = false;
  /** While true the storage refuses. */
  diskFull = false;
  readonly #waiting: (() => ReplicaInput)[] = [];
  readonly #inputs: ReplicaInput[] = [];
  #stepping = false;
  #commands = 0;
  readonly #tab: string;
  #runs = 0;

  /** Two tabs of one device have names of their own, so that their commands have other ids. */
  constructor(rig: Rig, name: string, tab = name) {
    this.rig = rig;
    this.name = name;
    this.#tab = tab;
    this.replica = this.#start();
  }

  #config(): ReplicaConfig {
    const record = findDevice(this.rig.hub.status.rows, this.name);
    if (record === undefined) throw new Error(`${this.name} is not paired`);
    const viewName = this.rig.domain.viewOf(record.role) ?? '';
    const view = this.rig.domain.views.get(viewName);
    if (view === undefined) throw new Error(`no view ${viewName}`);
    this.#runs += 1;
    const { store } = this.rig.hub.status;
    return {
      domain: this.rig.domain,
      ids: rigIds(`${this.name}.run${this.#runs}`),
      signer: rigSigner(this.name),
      build: 'test',
      store,
      device: this.name,
      letter: record.letter,
      role: record.role,
      viewName,
      view,
    };
  }

  #start(): Replica {
    return new Replica(this.#config(), this.disk.load(), this.rig.now);
  }

  /** Opens a socket and lets everything through. */
  connect(): this {
    this.step({ type: 'nudged' });
    this.rig.flush();
    return this;
  }

  /** The link dies; what was under way is lost. */
  cut(isNoticed = true): void {
    if (this.wire !== undefined) this.rig.cut(this.wire, isNoticed);
    this.wire = undefined;
    this.step({ type: 'closed' });
  }

  /** The process ends and starts again from what is on the disk. */
  restart(): this {
    if (this.wire !== undefined) this.rig.cut(this.wire);
    this.wire = undefined;
    this.#waiting.length = 0;
    this.holdDisk = false;
    this.replica = this.#start();
    return this;
  }

  /** Gives a command as a user would, and answers its id. */
  mutate(name: string, args: JsonObject): string {
    this.#commands += 1;
    const id = `${this.#tab}.c${this.#commands}`;
    this.step({ type: 'mutate', command: { id, name, args } });
    return id;
  }

  /** The storage is done with what waits. */
  finishDisk(): void {
    this.holdDisk = false;
    for (const run of this.#waiting.splice(0)) this.step(run());
  }

  /** Takes an input and what follows from it, one after the other. */
  step(first: ReplicaInput): void {
    this.#inputs.push(first);
    if (this.#stepping) return;
    this.#stepping = true;
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      for (const effect of this.replica.step(input, this.rig.now)) this.#carryOut(effect);
    }
    this.#stepping = false;
  }

  tick(): void {
    this.step({ type: 'tick' });
  }

  /** A frame as if the hub had sent it. */
  hear(message: Down): void {
    this.step({ type: 'received', text: JSON.stringify(message) });
  }

  /** What the screen shows of a row. */
  shows(key: string): JsonObject | undefined {
    return this.replica.find(key)?.body;
  }

  #carryOut(effect: ReplicaEffect): void {
    switch (effect.type) {
      case 'append':
        return this.#append(effect.commands);
      case 'save':
        return this.#store(() => this.#save(effect.change));
      case 'readJournal': {
        const { after, limit, why } = effect;
        const journal = [...this.disk.journal.values()].toSorted((one, two) => one.n - two.n);
        const entries = journal.filter(({ n }) => n > after).slice(0, limit);
        return this.#store(() => ({ type: 'journalRead', entries, after, why }));
      }
      case 'connect':
        this.#open();
        return undefined;
      case 'disconnect':
        if (this.wire !== undefined) this.rig.cut(this.wire);
        this.wire = undefined;
        return undefined;
      case 'send':
        this.said.push(effect.text);
        this.wire?.up.push(effect.text);
        return undefined;
      case 'changed':
        this.changed.push(effect.keys);
        return undefined;
      case 'moved':
        this.statuses.set(effect.id, effect.status);
        return undefined;
      case 'denied':
        this.denied = effect.deny;
        return undefined;
      default:
    }
  }

  #append(commands: readonly { readonly id: string; readonly text: string }[]): void {
    this.#store(() => {
      if (this.diskFull) return { type: 'notAppended', message: 'The disk is full.' };
      return { type: 'appended', ns: this.disk.append(commands) };
    });
  }

  #save(change: DeviceChange): ReplicaInput {
    if (this.diskFull) return { type: 'notSaved', message: 'The disk is full.' };
    this.disk.save(change);
    return { type: 'saved' };
  }

  #store(run: () => ReplicaInput): void {
    if (this.holdDisk) this.#waiting.push(run);
    else this.step(run());
  }

  #open(): void {
    const wire = this.rig.connect({
      received: (text) => {
        if (this.wire !== wire) return;
        this.heard.push(JSON.parse(text) as Down);
        this.step({ type: 'received', text });
      },
      closed: () => {
        if (this.wire !== wire) return;
        this.wire = undefined;
        this.step({ type: 'closed' });
      },
    });
    this.wire = wire;
    this.step({ type: 'opened' });
  }
}
