// `pos-sync pair`: opens a pairing window on the running hub and says the code to type into the
// device. When the hub is stopped nothing happens: a window lives in the hub's memory.

import { joinAddress, joinPicture } from '@pos-sync/local-server';

import { timeOf } from './devices/table.ts';
import { type HubDoor, openPairingWindow, readAddresses } from './hub-door.ts';

export interface PairWanted extends HubDoor {
  readonly role: string;
  readonly name: string;
  readonly json: boolean;
  /** A person looks on: the join address is drawn for a camera as well. */
  readonly isTerminal: boolean;
}

/** What to print: one JSON line, or a few lines for a person. */
export async function pair(wanted: PairWanted): Promise<string> {
  const { role, name, json, isTerminal } = wanted;
  const { code, expiresAtMs } = await openPairingWindow(wanted, { role, name });
  const address = joinAddress(await readAddresses(wanted), code);
  if (json) return JSON.stringify({ code, joinAddress: address, role, name, expiresAtMs });
  const until = timeOf(expiresAtMs, Date.now());
  const lines = [
    `Pairing code for ${name} (${role}): ${code.slice(0, 4)} ${code.slice(4)}`,
    `Type it into the device before ${until}; it works once.`,
  ];
  return [...lines, ...(await joinLines(address, isTerminal))].join('\n');
}

/** `address` has the code in it; there is none where no other machine can reach the hub. */
export async function joinLines(
  address: string | undefined,
  isTerminal: boolean,
): Promise<string[]> {
  if (address === undefined) {
    return ['No device can reach this hub yet: this machine is on no network that it listens on.'];
  }
  const line = `Or open on the device: ${address}`;
  return isTerminal ? [line, '', await joinPicture(address)] : [line];
}
