// `pos-sync rename`, `role`, `retire`, `revoke` and `approve`: finds the device that is meant, tells
// the running hub, and says in a sentence what is different now.

import { type HubDoor, askHub } from '../hub-door.ts';
import { Failure } from '../failure.ts';
import { plainText } from '../plain-text.ts';
import {
  asWritten,
  type DeviceList,
  findAsking,
  findListed,
  isAlike,
  type ListedDevice,
  readDevices,
  standingOf,
} from './device-list.ts';

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
  if (json) return JSON.stringify(answer);
  const sentence = `${letter}, ${plainText(before)}, ${sayChanged(change)}`;
  const news = [...namesakes(list, device, change), ...lastManager(list, device, change)];
  return [sentence, ...news].join('\n');
}

/** Two may have one name: their letters tell them apart, and people should know that. */
function namesakes({ devices }: DeviceList, device: string, change: DeviceChange): string[] {
  if (change.what !== 'rename') return [];
  const alike = devices.filter((one) => one.device !== device && isAlike(one.name, change.name));
  if (alike.length === 0) return [];
  const letters = alike.map(({ letter }) => letter).join(', ');
  return [`That is what ${letters} is called as well: tell them apart by their letters.`];
}

/** Without a manager the hub is anybody's who is shown its code. */
function lastManager({ devices }: DeviceList, device: string, change: DeviceChange): string[] {
  const isManaging = (one: ListedDevice): boolean =>
    one.role === 'manager' && standingOf(one) === undefined;
  const isEnd =
    change.what === 'retire' ||
    change.what === 'revoke' ||
    (change.what === 'role' && change.role !== 'manager');
  const managers = devices.filter(isManaging);
  if (!isEnd || managers.length !== 1 || managers[0]?.device !== device) return [];
  return [
    'It was the last manager. The hub shows a new code for the next one: on the terminal it was started on,',
    'or in claim-code in its data folder. Or let one in here: npm run -s pos-sync -- pair --role manager --name Office',
  ];
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
