// The WiFi between devices and hub: frames take their time, connections are cut with frames under
// way, links go silent without closing, and in bad weather frames are lost, doubled and overtaken.

import type { At } from '@pos-sync/sync';
import type { Agenda } from './agenda.ts';
import type { Random } from './random.ts';

export interface Weather {
  readonly delayMs: number;
  readonly lossShare: number;
  readonly doubleShare: number;
  readonly overtakeShare: number;
}

export interface HubEnd {
  connected(socket: string): void;
  received(socket: string, text: string): void;
  closed(socket: string): void;
}

export interface DeviceEnd {
  opened(): void;
  received(text: string): void;
  closed(): void;
}

interface Wire {
  readonly socket: string;
  readonly device: string;
  readonly end: DeviceEnd;
  open: boolean;
  /** Frames that would arrive later than this are lost; a cut spares some that are under way. */
  lostFromMs: number;
  /** When the last frame of each direction arrives: order is kept but for overtaking. */
  upAtMs: number;
  downAtMs: number;
}

export class Network {
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #wires = new Map<string, Wire>();
  readonly #silentUntilMs = new Map<string, number>();
  #made = 0;
  /** Frames that the weather took. */
  framesLost = 0;
  weather: Weather;
  /** Undefined while the hub is down: nobody answers. */
  hub: HubEnd | undefined;

  constructor(agenda: Agenda, random: Random, weather: Weather) {
    this.#agenda = agenda;
    this.#random = random;
    this.weather = weather;
  }

  connect(device: string, end: DeviceEnd): string {
    this.#made += 1;
    const socket = `w${this.#made}`;
    const now = this.#agenda.nowMs;
    const ways = { upAtMs: now, downAtMs: now };
    const wire: Wire = { socket, device, end, open: true, lostFromMs: Infinity, ...ways };
    this.#wires.set(socket, wire);
    this.#agenda.at(this.#arrival(device), () => {
      if (!wire.open) return;
      if (this.hub === undefined) return this.#drop(wire, 'both');
      wire.end.opened();
      this.hub.connected(socket);
    });
    return socket;
  }

  up(socket: string, text: string): void {
    const wire = this.#wires.get(socket);
    if (wire?.open !== true) return;
    this.#carry(wire, 'upAtMs', () => this.hub?.received(socket, text));
  }

  down(socket: string, text: string): void {
    const wire = this.#wires.get(socket);
    if (wire?.open !== true) return;
    this.#carry(wire, 'downAtMs', () => wire.end.received(text));
  }

  #carry(wire: Wire, direction: 'upAtMs' | 'downAtMs', deliver: () => void): void {
    const { lossShare, doubleShare, overtakeShare } = this.weather;
    if (this.#random.chance(lossShare)) {
      this.framesLost += 1;
      return;
    }
    const copies = this.#random.chance(doubleShare) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const overtakes = this.#random.chance(overtakeShare);
      const atMs = Math.max(overtakes ? 0 : wire[direction], this.#arrival(wire.device));
      wire[direction] = Math.max(wire[direction], atMs);
      this.#agenda.at(atMs, () => {
        if (this.#agenda.nowMs < wire.lostFromMs) deliver();
      });
    }
  }

  #arrival(device: string): number {
    const sentMs = Math.max(this.#agenda.nowMs, this.#silentUntilMs.get(device) ?? 0);
    return sentMs + this.#random.around(this.weather.delayMs);
  }

  /** One side closes: frames under way are gone, the other side hears of it later. */
  close(socket: string, by: 'hub' | 'device'): void {
    const wire = this.#wires.get(socket);
    if (wire !== undefined) this.#drop(wire, by === 'hub' ? 'device' : 'hub');
  }

  #drop(wire: Wire, tell: 'hub' | 'device' | 'both'): void {
    if (!wire.open) return;
    wire.open = false;
    this.#wires.delete(wire.socket);
    const { hub } = this;
    const isSpared = this.#random.chance(0.5);
    wire.lostFromMs = isSpared ? Infinity : this.#agenda.nowMs;
    const after = (way: number): number =>
      Math.max(this.#arrival(wire.device), isSpared ? way : 0) + 1;
    if (tell !== 'hub') this.#agenda.at(after(wire.downAtMs), () => wire.end.closed());
    if (tell !== 'device') this.#agenda.at(after(wire.upAtMs), () => hub?.closed(wire.socket));
  }

  /** Cuts every connection of a device, or of all where none is named. */
  cut(device?: string): void {
    for (const wire of this.#wires.values()) {
      if (device === undefined || wire.device === device) this.#drop(wire, 'both');
    }
  }

  /** Nothing passes for a while, and nothing closes. */
  silence(device: string, forMs: number): void {
    this.#silentUntilMs.set(device, this.#agenda.nowMs + forMs);
  }

  clear(): void {
    this.#silentUntilMs.clear();
  }

  socketsOf(device: string): string[] {
    return [...this.#wires.values()].filter((wire) => wire.device === device).map((w) => w.socket);
  }
}

/** The epoch a welcome is of; undefined for any other frame. */
export function welcomedIn(text: string): string | undefined {
  if (!text.startsWith('{"type":"welcome"')) return undefined;
  return (JSON.parse(text) as { head: At }).head.epoch.id;
}
