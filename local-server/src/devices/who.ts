// Who gave a command, by the name that people use at present.

import type { RunningHub } from '@pos-sync/sync';

import { closed, text } from '../http/schema.ts';

export interface Who {
  readonly device: string;
  readonly name: string;
  readonly letter?: string;
}

export const whoSchema = closed({ device: text('The id.'), name: text() }, { letter: text() });

/** Each run of the hub is a device of its own. */
export function whoIs(running: Pick<RunningHub, 'findDevice'>, device: string): Who {
  const known = running.findDevice(device);
  if (known !== undefined) return { device, name: known.name, letter: known.letter };
  return { device, name: device.startsWith('hub-') ? 'Hub' : 'unknown' };
}
