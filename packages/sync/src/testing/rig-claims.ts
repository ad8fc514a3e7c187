// What has to be true on every rig, whatever happened on it before.

import { expect } from 'vitest';

import { findDevice } from '../hub/device-record.ts';
import { rebuild } from '../hub/rebuild.ts';
import { rowsHash, viewHash } from '../rows/view-hash.ts';
import type { Rig } from './rig.ts';
import type { RigDevice } from './rig-device.ts';
import { rigHash } from './rig-ports.ts';

/** The confirmed rows of a device are exactly its view of the hub's. */
export function expectTheHubsView({ rig, name, replica }: RigDevice): void {
  const { rows } = rig.hub.status;
  const viewName = rig.domain.viewOf(findDevice(rows, name)!.role)!;
  const view = rig.domain.views.get(viewName)!;
  const held = rowsHash(rigHash, replica.confirmed.values());
  expect(held).toBe(viewHash(rigHash, viewName, view, rows.values()));
}

export function expectTheLogAloneGivesTheRows(rig: Rig): void {
  const { epochs } = rig.store.load()!;
  const { rows, differsAt } = rebuild(rig.domain, rigHash, epochs, rig.log);
  expect(differsAt).toBeUndefined();
  const there = rowsHash(rigHash, rig.hub.status.rows.values());
  expect(rowsHash(rigHash, rows.values())).toBe(there);
}
