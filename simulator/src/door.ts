// Who comes and goes: tablets paired in the middle of the day, roles that change, tablets put away or
// shut out, and a manager who lets in again whom the hub forgot.

import type { Agenda } from './agenda.ts';
import type { Counters } from './counters.ts';
import type { Paired } from './device-node.ts';
import type { HubNode } from './hub-node.ts';

export interface DoorOptions {
  readonly agenda: Agenda;
  readonly hub: HubNode;
  readonly counters: Counters;
  /** A tablet was paired: it starts. */
  add(paired: Paired): void;
}

const lookEveryMs = 1_000;

export class Door {
  readonly #options: DoorOptions;
  #given = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Opens a window for one tablet; whatever happens to the box meanwhile, it gets in. */
  join(role: string): void {
    this.#given += 1;
    this.#letIn(`j${this.#given}-${role}`, role);
  }

  #letIn(device: string, role: string): void {
    const { hub, agenda, counters, add } = this.#options;
    const { store, rows } = hub.hub?.status ?? {};
    const letter = rows?.find(`device/${device}`)?.body['letter'];
    if (store !== undefined && typeof letter === 'string') {
      counters.joins += 1;
      add({ store, device, letter, role });
      return;
    }
    this.#pair(`pair-${device}`, device, `key-${device}`, role);
    agenda.in(lookEveryMs, () => this.#letIn(device, role));
  }

  #pair(id: string, device: string, publicKey: string, role: string): void {
    const args = { device, publicKey, name: device, role };
    this.#options.hub.step({ type: 'own', id, name: 'device.pair', args });
  }

  changeRole(device: string, role: string): void {
    this.#options.counters.roleChanges += 1;
    this.#manage('device.changeRole', { device, role });
  }

  /** It may still deliver what it holds. */
  leave(device: string, act: 'retire' | 'revoke'): void {
    this.#options.counters.leaves += 1;
    this.#manage(`device.${act}`, { device });
  }

  #manage(name: string, args: Readonly<Record<string, string>>): void {
    this.#given += 1;
    const id = `managed-${this.#given}`;
    this.#options.hub.step({ type: 'own', id, name, args: { ...args, by: 'd0-manager' } });
  }

  /** A manager looks now and then who asks to be let in, and says yes. */
  watch(): void {
    const { hub, agenda, counters } = this.#options;
    for (const { device, publicKey } of hub.hub?.knocks ?? []) {
      this.#given += 1;
      counters.approvals += 1;
      this.#pair(`approve-${this.#given}`, device, publicKey, device.split('-')[1] ?? 'entry');
    }
    agenda.in(lookEveryMs, () => this.watch());
  }
}
