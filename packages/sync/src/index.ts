// The sync engine: what a hub, a device and a domain need of it, by name.

import * as limits from './protocol/limits.ts';

export { limits };
export { type Json, type JsonObject, canonicalJson, unfitJson } from './json.ts';
export {
  type Domain,
  type HubCommand,
  type Mutator,
  type Refusal,
  type Row,
  type Rows,
  type Seen,
  type Situation,
  type Stand,
  type View,
  type Withheld,
  kindOf,
} from './domain.ts';
export { genesisChain, verifyEntries } from './chain.ts';
export { isEngineCommand } from './command/engine-commands.ts';
export type { Channel, SocketId } from './ports/channel.ts';
export type { Clock, Moment } from './ports/clock.ts';
export type { Hash } from './ports/hash.ts';
export type { Ids } from './ports/ids.ts';
export type { Witness, Witnessed } from './ports/witness.ts';
export type { Signer, Verifier } from './ports/signature.ts';
export {
  type Answer,
  type Decision,
  type Epoch,
  type EpochSpan,
  type FaultKind,
  type Head,
  type LogEntry,
  type Question,
  type Settlement,
  type Slot,
  type Store,
  StoreFault,
  type StoreImage,
  type StoreTransaction,
  type StoredRow,
  type Tombstone,
  rowOf,
} from './ports/store.ts';
export type { Command } from './protocol/command.ts';
export { decodeDown, decodeUp } from './protocol/decode.ts';
export { type Down, downSchema } from './protocol/down.ts';
export type { Answered, Decided, Outcome } from './protocol/outcome.ts';
export type { At } from './protocol/scalar.ts';
export { type Up, upSchema } from './protocol/up.ts';
export { type Vouch, helloText, vouchText } from './protocol/up/hello.ts';
export { protocolFloor, protocolVersion } from './protocol/version.ts';
export { rowsHash, viewHash } from './rows/view-hash.ts';
export type { ListedDevice } from './hub/device-list.ts';
export type { DeviceRecord } from './hub/device-record.ts';
export type { Knock } from './hub/knocking.ts';
export type { CommandRate } from './hub/pace.ts';
export type { Opening } from './hub/epoch.ts';
export { Hub, genesis } from './hub/hub.ts';
export { fitsEngineCommand } from './hub/own-commands.ts';
export { type Rebuilt, rebuild } from './hub/rebuild.ts';
export { type HubPorts, HubStopped, RunningHub, openingOf, runHub } from './hub/run.ts';
export type { HubConfig, HubEffect, HubInput } from './hub/state.ts';
export type {
  DeviceChange,
  DeviceImage,
  DeviceStorage,
  JournalEntry,
  OutboxEntry,
} from './ports/device-storage.ts';
export type { Link } from './replica/link.ts';
export { Replica } from './replica/replica.ts';
export {
  type Connection,
  type ConnectionHandlers,
  type ReplicaListener,
  type ReplicaPorts,
  RunningReplica,
  runReplica,
} from './replica/run.ts';
export type {
  CommandStatus,
  NewCommand,
  ReplicaConfig,
  ReplicaEffect,
  ReplicaInput,
} from './replica/state.ts';
