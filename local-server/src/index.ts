// What the command line may use of the hub's own parts.

export { adminKeyName, didHubRun, readAdminKey } from './pairing/admin-key.ts';
export { csvOf } from './history/csv.ts';
export type { ExportRecord } from './history/day-export.ts';
export type { Changes as MenuChanges } from './menu/changes.ts';
export { choicesText } from './menu/choices.ts';
export { fileBytesMax as menuBytesMax } from './menu/file.ts';
export type { MenuItem } from './menu/item.ts';
export { menuTable } from './menu/table.ts';
export { deviceRoles, whyNotThisName } from './pairing/wanted.ts';
export type { HubAddress } from './network/addresses.ts';
export { nodeHash } from './engine/node-ports.ts';
export { examineStore, openStore, type StoreKind } from './store/open.ts';
export { StoreProblem } from './store/problem.ts';
export { banner, reachableOf } from './banner.ts';
export { prepareDataFolder } from './data-folder.ts';
export { listAddresses } from './network/addresses.ts';
export { logFiles, logsFolder } from './log-file.ts';
export { isNodeNewEnough } from './node-version.ts';
export { claimCodeName, claimText, joinAddress, joinPicture, readClaim } from './pairing/claim.ts';
export { isWholeProgram } from './process/whole-program.ts';
export { isFolderHeld, readListening } from './store/lock.ts';
export { networkShareUnder } from './store/medium.ts';
export { stampKeyName } from './secret-file.ts';
// The engine's own measure of equality, over the same hash as the hub's.
export { type Row, rowOf, rowsHash, type View, viewHash } from '@pos-sync/sync';
export { findDataFolder, readSettings } from './settings.ts';
