// `pos-sync pair`: opens a pairing window on the running hub and says the code to type into the
// device. When the hub is stopped nothing happens: a window lives in the hub's memory.

import type { HubDoor } from './hub-door.ts';
import { openPairingWindow } from './hub-door.ts';

export interface PairWanted extends HubDoor {
  readonly role: string;
  readonly name: string;
  readonly json: boolean;
}

/** What to print: one JSON line, or two lines for a person. */
export async function pair(wanted: PairWanted): Promise<string> {
  const { role, name } = wanted;
  const { code, expiresAtMs } = await openPairingWindow(wanted, { role, name });
  if (wanted.json) return JSON.stringify({ code, role, name, expiresAtMs });
  const until = new Date(expiresAtMs).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
  });
  return [
    `Pairing code for ${name} (${role}): ${code.slice(0, 4)} ${code.slice(4)}`,
    `Type it into the device before ${until}; it works once.`,
  ].join('\n');
}
