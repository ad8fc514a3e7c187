// `pos-sync rename`, `role`, `retire`, `revoke` and `approve`: finds the device that is meant, tells
// the running hub, and says in a sentence what is different now.

import { type HubDoor, askHub } from '../hub-door.ts';
import { Failure } from '../failure.ts';
import { plainText } from '../plain-text.ts';
import { asWritten, findAsking, findListed, readDevices } from './device-list.ts';

export type DeviceChange =
  | { readonly what: 'rename'; readonly name: string }
  | { readonly what: 'role'; readonly role: string }
  | { readonly what: 'retire' | 'revoke' }
  | { readonly what: 'approve'; readonly role: string; readonly name: string | undefined };

/** What to print: one JSON line, or a sentence for a person. */
export async function changeDevice(
  door: HubDoor,
  typed: string,
  change: DeviceChange,
  json: boolean,
): Promise<string> {
  const list = await readDevices(door);
  if (change.what === 'approve') {
    // The code that was typed, not one that only stands in the list.
    const { device, name: said } = findAsking(list, typed);
    const { role, name = said } = change;
    if (name === undefined) {
      throw new Failure(2, 'This device does not say what it is called.', 'Name it with --name.');
    }
    const answer = await tell(door, device, 'approve', {
      name,
      role,
      checkCode: asWritten(typed),
    });
    const sentence = `${plainText(name)} is let in as ${role}. It delivers what it kept by itself.`;
    return json ? JSON.stringify(answer) : sentence;
  }
  const { device, name: before, letter } = findListed(list, typed);
  const { what, ...wanted } = change;
  const answer = await tell(door, device, what, wanted);
  return json ? JSON.stringify(answer) : `${letter}, ${plainText(before)}, ${sayChanged(change)}`;
}

function tell(
  door: HubDoor,
  device: string,
  what: DeviceChange['what'],
  body: object,
): Promise<object> {
  return askHub(door, 'POST', `/devices/${encodeURIComponent(device)}/${what}`, body);
}

function sayChanged(change: Exclude<DeviceChange, { what: 'approve' }>): string {
  switch (change.what) {
    case 'rename':
      return `is called ${change.name} now.`;
    case 'role':
      return `is used as ${change.role} now; it gets the rows of that role at once.`;
    case 'retire':
      return 'is put away. What it still delivers counts as before; it is told nothing more.';
    case 'revoke':
      return 'is shut out. What it still delivers waits until a manager decides on it.';
  }
}
