// `pos-sync stop`: asks the running hub to stop in order, and waits until it is gone.

import { Failure } from '../failure.ts';
import { askHub, findDoor, NoAnswer } from '../hub-door.ts';
import { endIt, isSilent, silent } from './silent.ts';
import { isAlive, waitFor } from './waiting.ts';

const goneWithinMs = 10_000;

export interface Stopped {
  /** False where none ran. */
  readonly wasRunning: boolean;
  readonly pid?: number;
}

/** Throws `Failure` where one runs and does not stop, with what to do. */
export async function stopHub(dataFolder: string, typed: string | undefined): Promise<Stopped> {
  let answer: { readonly pid: number };
  try {
    const door = findDoor(dataFolder, typed);
    answer = (await askHub(door, 'POST', '/hub/stop')) as { pid: number };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (isSilent(dataFolder, error)) throw silent(dataFolder);
    return { wasRunning: false };
  }
  const { pid } = answer;
  const gone = await waitFor(() => !isAlive(pid) || undefined, goneWithinMs);
  if (gone === true) return { wasRunning: true, pid };
  const message = `The hub was asked to stop, but its process ${pid} is still there.`;
  throw new Failure(1, message, endIt(pid));
}
