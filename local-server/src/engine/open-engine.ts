// The hub's engine over this machine: the store on disk, the sockets, the clock, and the shop as
// the domain. What the rest of the process needs of it goes through `Engine`.

import { createShop } from '@pos-sync/shop';
import {
  type CommandRate,
  type RunningHub,
  limits,
  type Store,
  type Witness,
  runHub,
} from '@pos-sync/sync';

import type { SocketChannel } from '../channel/socket-channel.ts';
import { nodeClock, nodeHash, nodeIds, nodeVerifier } from './node-ports.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly channel: SocketChannel;
  readonly witness: Witness | undefined;
  /** Key of the stamps; it lies beside the database and not in it. */
  readonly stampKey: string;
  /** That key is a new one, or somebody put a backup back. */
  readonly isRestored: boolean;
  addresses(): readonly string[];
  /** Of one device; left out, a device may give as many as it likes. */
  readonly commandsPerSecond?: number;
  /** The store can no longer be trusted. */
  exit(message: string): void;
  /** A part of history is gone and devices are asked for it, or that is over. */
  onRecovery(isOver: boolean): void;
}

export interface Engine {
  /** The id of this hub process. */
  readonly hub: string;
  readonly running: RunningHub;
  isRole(role: string): boolean;
}

export function openEngine(options: EngineOptions): Engine {
  const { store, channel, witness, stampKey, isRestored, addresses, exit, onRecovery } = options;
  const { commandsPerSecond } = options;
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const domain = createShop({ timeZone });
  const hub = `hub-${nodeIds.next()}`;
  const running = runHub(
    {
      domain,
      hash: nodeHash,
      ids: nodeIds,
      verifier: nodeVerifier,
      hub,
      stampKey,
      addresses,
      commandRate: commandsPerSecond === undefined ? undefined : rateOf(commandsPerSecond),
    },
    { store, channel, witness, isRestored, clock: nodeClock, exit, onRecovery },
  );
  channel.serve(running);
  return { hub, running, isRole: (role) => role !== 'hub' && domain.viewOf(role) !== undefined };
}

/** The burst grows with the rate. */
function rateOf(perSecond: number): CommandRate {
  return { perSecond, burst: (perSecond * limits.commandsBurst) / limits.commandsPerSecond };
}
