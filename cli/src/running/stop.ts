// `pos-sync stop`: asks the running hub to stop in order, and waits until it is gone.

import { isFolderHeld, readListening } from '@pos-sync/local-server';

import { Failure } from '../failure.ts';
import { askHub, findDoor, NoAnswer } from '../hub-door.ts';
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
    if (isFolderHeld(dataFolder)) throw silent(dataFolder);
    return { wasRunning: false };
  }
  const { pid } = answer;
  const gone = await waitFor(() => !isAlive(pid) || undefined, goneWithinMs);
  if (gone === true) return { wasRunning: true, pid };
  const message = `The hub was asked to stop, but its process ${pid} is still there.`;
  throw new Failure(1, message, fixBy(pid));
}

/** A hub that works with `dataFolder` and answers nobody. */
export function silent(dataFolder: string): Failure {
  const pid = readListening(dataFolder)?.pid;
  const which = pid === undefined ? '' : ` (process ${pid})`;
  const message = `A hub${which} works with ${dataFolder}, but does not answer.`;
  return new Failure(1, message, `It may be starting or stopping: try again. ${fixBy(pid)}`);
}

function fixBy(pid: number | undefined): string {
  if (pid === undefined) return 'If it stays so, switch the machine off and on: no order is lost.';
  return `If it stays so, end it with "kill -9 ${pid}": what it has answered is on the disk.`;
}
