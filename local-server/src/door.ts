// The door of the hub: who is told apart how, and every route that needs the engine. Opened before
// the server listens; the first manager's window opens when people can reach it.

import { addAttentionRoutes } from './attention/routes.ts';
import { isManaging } from './devices/known-device.ts';
import { addDeviceRoutes } from './devices/routes.ts';
import { nodeClock, nodeIds, nodeVerifier } from './engine/node-ports.ts';
import type { Engine } from './engine/open-engine.ts';
import type { CommittedStore } from './history/command-log.ts';
import { addHistoryRoutes } from './history/routes.ts';
import { createAdmission } from './http/admission.ts';
import type { Metrics } from './http/metrics.ts';
import type { Http } from './http/server.ts';
import { addMenuRoutes } from './menu/routes.ts';
import { createPairing, type Pairing } from './pairing/pairing.ts';
import { addPairingRoutes } from './pairing/routes.ts';
import { addProcessRoutes, type HubProcess } from './process/routes.ts';
import { addSdkRoutes } from './sdk/routes.ts';

export interface DoorOptions {
  readonly engine: Engine;
  readonly store: CommittedStore;
  readonly adminKey: string;
  readonly metrics: Metrics;
  readonly process: HubProcess;
  /** Tells people the code of the first manager's window, or that there is none any more. */
  showClaim(code: string | undefined): void;
}

export function openDoor(
  { app, guard }: Pick<Http, 'app' | 'guard'>,
  options: DoorOptions,
): Pairing {
  const { engine, store, adminKey, metrics, showClaim } = options;
  const { hub, running, isRole } = engine;
  const findDevice = (device: string) => running.findDevice(device);
  const isManager = (device: string): boolean => {
    const found = findDevice(device);
    return found !== undefined && isManaging(found);
  };
  const isClaimed = (): boolean => running.devices().some(isManaging);
  const pairing = createPairing({
    hub,
    store: running.status.store,
    isRole,
    isManager,
    isClaimed,
    showClaim,
    give: (id, name, args) => running.give(id, name, args),
    findDevice,
    now: nodeClock.now,
  });
  guard.askAt(
    createAdmission({
      hub,
      adminKey,
      isClaimed,
      findDevice,
      findBearer: (hash) => running.devices().find(({ bearerHash }) => bearerHash === hash),
      verify: nodeVerifier.verify,
    }),
  );
  metrics.open(app, running);
  addPairingRoutes(app, pairing);
  const give = async (name: string, args: object): ReturnType<typeof running.give> => {
    const decided = await running.give(`${name}:${nodeIds.next()}`, name, args);
    pairing.lookAtClaim();
    return decided;
  };
  addDeviceRoutes(app, {
    devices: () => running.devices(),
    knocks: () => running.knocks,
    findDevice,
    isRole,
    give,
  });
  addHistoryRoutes(app, { store, running });
  addAttentionRoutes(app, { store, running, give });
  addMenuRoutes(app, running);
  addSdkRoutes(app);
  const { process } = options;
  addProcessRoutes(app, { hub, process, running, store, metrics, isClaimed });
  return pairing;
}
