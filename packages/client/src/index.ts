// The kit for devices: what screens and programs may use of it, by name. Storages have doors of their
// own, so that a browser never loads what only Node has.

export { checkCode } from './check-code.ts';
export { type Client, type ClientOptions, type Confirmed, openClient } from './client.ts';
export { ClientError } from './client-error.ts';
export type { Moved, Problem, SubjectStatus } from './command-book.ts';
export type { ConnectionStatus } from './connection-status.ts';
export type { Socket, SocketConstructor } from './dial.ts';
export {
  type Fetch,
  type Identity,
  type JoinOptions,
  type KeyPair,
  createKeyPair,
  join,
  signerOf,
} from './identity.ts';
export { newId } from './ids.ts';
export type { Given, Mutate } from './mutate.ts';
export { type RequestToSign, signedRequest } from './signed-request.ts';
export { type ClientStorage, carryOver } from './storage/beside.ts';
export type { Reader } from './watches.ts';
