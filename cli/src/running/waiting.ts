// Waiting for a hub that starts, stops or starts anew: looks often, and never longer than was said.

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 50;
const answerWithinMs = 2_000;

/** What `look` found in time; undefined where it found nothing. */
export async function waitFor<Found>(
  look: () => Promise<Found | undefined> | Found | undefined,
  withinMs: number,
): Promise<Found | undefined> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > untilMs) return found;
    await pause(lookEveryMs);
  }
}

/** How long the hub at `address` has been running, in ms; undefined where none answers. */
export async function upForMs(address: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${address}/health`, {
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const health = (await response.json()) as { readonly upForMs?: unknown };
    return typeof health.upForMs === 'number' ? health.upForMs : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** It has ended, and whoever started it has not asked for its exit code: so in some containers. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
