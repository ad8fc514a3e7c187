// This device's running engine with its storage and its identity. When the hub finds that two
// devices have one identity, this one becomes a device of its own here, and goes on.

import {
  type Clock,
  type DeviceImage,
  type Down,
  type NewCommand,
  Replica,
  type ReplicaConfig,
  type ReplicaListener,
  RunningReplica,
  vouchText,
} from '@pos-sync/sync';
import type { Dialer } from './dial.ts';
import { type Identity, createKeyPair, signerOf } from './identity.ts';
import { sameData } from './same-data.ts';
import type { ClientStorage } from './storage/beside.ts';

type Deny = Extract<Down, { type: 'deny' }>;

export interface DeviceListener extends ReplicaListener {
  /** This device was a copy of another and is one of its own now. */
  became(): void;
}

export interface DeviceParts {
  /** Without what follows from the identity. */
  readonly config: Omit<ReplicaConfig, 'device' | 'name' | 'letter' | 'signer' | 'vouch'>;
  readonly identity: Identity;
  readonly storage: ClientStorage;
  readonly clock: Clock;
  readonly dialer: Dialer;
  readonly listener: DeviceListener;
}

/** Whom a person has to let in is told to wait longer. */
const aMomentMs = 1_000;

export class Device {
  readonly #parts: DeviceParts;
  #identity: Identity;
  #storage: ClientStorage;
  #running: RunningReplica;
  /** While it becomes a device of its own: what was given meanwhile waits in `#held`. */
  #becoming: Promise<void> | undefined;
  readonly #held: NewCommand[] = [];
  #hasFailed = false;

  constructor(parts: DeviceParts, image: DeviceImage) {
    this.#parts = parts;
    this.#identity = parts.identity;
    this.#storage = parts.storage;
    this.#running = this.#run(image);
  }

  /**
   * As far as the hub said otherwise since this device joined: managers give it another name or role,
   * and copies that become devices at the same time are promised one letter.
   */
  get identity(): Identity {
    const { confirmed, status } = this.replica;
    const row = confirmed.find(`device/${this.#identity.device}`)?.body ?? {};
    const said = (field: 'name' | 'letter'): string => {
      const value = row[field] ?? status[field];
      return typeof value === 'string' ? value : this.#identity[field];
    };
    return { ...this.#identity, name: said('name'), letter: said('letter'), role: status.role };
  }

  get publicKey(): string {
    return signerOf(this.#identity.secretKey).publicKey;
  }

  get replica(): Replica {
    return this.#running.replica;
  }

  mutate(command: NewCommand): void {
    if (this.#becoming === undefined) this.#running.mutate(command);
    else this.#held.push(command);
  }

  nudge(): void {
    this.#running.nudge();
  }

  drawn(stations: readonly string[]): void {
    this.#running.drawn(stations);
  }

  letGo(key: string): void {
    this.#running.letGo(key);
  }

  async close(): Promise<void> {
    await this.#becoming;
    await this.#running.stop();
    await this.#storage.close();
  }

  #run(image: DeviceImage): RunningReplica {
    const { config, clock, dialer, listener } = this.#parts;
    const { device, name, letter, secretKey, vouch } = this.#identity;
    const own = { ...config, device, name, letter, vouch, signer: signerOf(secretKey) };
    const ports = { storage: this.#storage, clock, ...dialer };
    return new RunningReplica(new Replica(own, image, clock.now()), ports, {
      ...listener,
      changed: (keys) => {
        if (keys.has(`device/${device}`)) this.#keepRecord();
        listener.changed(keys);
      },
      link: (link) => {
        if (link === 'open') this.#keepRecord();
        if (this.#becoming === undefined) listener.link(link);
      },
      denied: (deny) => this.#denied(deny),
    });
  }

  /** What cannot be written now the hub says again after the next start. */
  #keepRecord(): void {
    const now = this.identity;
    if (sameData(now, this.#identity)) return;
    this.#identity = now;
    this.#storage.keepRecord?.(now).catch(() => undefined);
  }

  #denied(deny: Deny): void {
    const { code, identity, retryMs } = deny;
    const { listener } = this.#parts;
    // The hub is writing down that the former identity vouches for this one: no person is needed.
    const isSoon = retryMs !== undefined && retryMs <= aMomentMs;
    if (code === 'UNKNOWN_DEVICE' && isSoon && this.#identity.vouch) return;
    const canBecome = this.#storage.beside !== undefined && !this.#hasFailed;
    if (code !== 'CLONE' || identity === undefined || !canBecome) {
      listener.denied(deny);
      return;
    }
    this.#becoming ??= this.#become(identity.device, identity.letter).then(
      () => listener.became(),
      () => {
        // Nothing has changed: the hub's sentence is told, and the next start tries again.
        this.#hasFailed = true;
        listener.denied(deny);
      },
    );
    void this.#becoming.then(() => {
      this.#becoming = undefined;
      listener.link(this.replica.status.link);
      for (const command of this.#held.splice(0)) this.#running.mutate(command);
    });
  }

  /** Where anything fails, the old identity goes on with the storage it had. */
  async #become(device: string, letter: string): Promise<void> {
    const former = this.#storage;
    // The engine is in the middle of a step; it may end before it is stopped.
    await Promise.resolve();
    try {
      await this.#running.stop();
      const image = await former.load();
      const next = vouchedBy(this.#identity, device, letter);
      const storage = await former.beside?.(next, image);
      if (storage === undefined) throw new Error('This storage cannot make another one.');
      this.#identity = next;
      this.#storage = storage;
      // It holds nothing any more that this device needs.
      await former.close().catch(() => undefined);
    } finally {
      const shown = [...this.#running.replica.rows()].map(({ key }) => key);
      this.#running = this.#run(await this.#storage.load());
      const keys = new Set(shown);
      for (const { key } of this.#running.replica.rows()) keys.add(key);
      this.#parts.listener.changed(keys);
    }
  }
}

/** A new identity with a key of its own, for which the former one speaks; a token is not shared. */
function vouchedBy(former: Identity, device: string, letter: string): Identity {
  const { store, name, role } = former;
  const { publicKey, secretKey } = createKeyPair();
  const text = vouchText(store, former.device, device, publicKey);
  const signature = signerOf(former.secretKey).sign(text);
  return {
    store,
    device,
    name,
    letter,
    role,
    secretKey,
    vouch: { former: former.device, publicKey, signature },
  };
}
