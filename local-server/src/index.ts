// What the command line may use of the hub's own parts.

export { adminKeyName, didHubRun, readAdminKey } from './pairing/admin-key.ts';
export { joinAddress, joinPicture } from './pairing/claim.ts';
export { csvOf } from './history/csv.ts';
export type { ExportRecord } from './history/day-export.ts';
export { deviceRoles, whyNotThisName } from './pairing/wanted.ts';
export type { HubAddress } from './network/addresses.ts';
export { nodeHash } from './engine/node-ports.ts';
export { openStore, type StoreKind } from './store/open.ts';
export { StoreProblem } from './store/problem.ts';
// The engine's own measure of equality, over the same hash as the hub's.
export { type Row, rowOf, rowsHash, type View, viewHash } from '@pos-sync/sync';
export { findDataFolder } from './settings.ts';
