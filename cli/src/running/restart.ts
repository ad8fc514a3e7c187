// `pos-sync restart`: the running hub stops in order and starts anew in its own place, so that whoever
// started it need not know. Waits until the new one answers.

import { Failure } from '../failure.ts';
import { askHub, type HubDoor } from '../hub-door.ts';
import { isAlive, upForMs, waitFor } from './waiting.ts';

/** To read through a long history on a slow card. */
const backWithinMs = 60_000;

/** @returns how long devices found nobody, in ms. Throws `Failure` where it does not come back. */
export async function restartHub(door: HubDoor): Promise<number> {
  const askedMs = performance.now();
  const sinceMs = (): number => performance.now() - askedMs;
  const { pid } = (await askHub(door, 'POST', '/hub/restart')) as { readonly pid: number };
  const isBack = async (): Promise<boolean | undefined> => {
    const up = await upForMs(door.address);
    if (up !== undefined && up < sinceMs()) return true;
    return isAlive(pid) ? undefined : false;
  };
  const back = await waitFor(isBack, backWithinMs);
  if (back === true) return Math.round(sinceMs());
  throw new Failure(
    1,
    back === false ? 'The hub stopped, and did not start anew.' : 'The hub does not answer yet.',
    'See why with "pos-sync logs". Where it stopped, start it with "npm run production".',
  );
}
