// What the command line may use of the hub's own parts.

export { adminKeyName, didHubRun, readAdminKey } from './pairing/admin-key.ts';
export { deviceRoles, whyNotThisName } from './pairing/wanted.ts';
export { nodeHash } from './engine/node-ports.ts';
export { openStore, type StoreKind } from './store/open.ts';
export { StoreProblem } from './store/problem.ts';
// The engine's own measure of equality, over the same hash as the hub's.
export { type Row, rowOf, rowsHash, type View, viewHash } from '@pos-sync/sync';
