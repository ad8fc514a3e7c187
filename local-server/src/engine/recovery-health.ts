// Says in the log and in /health that a part of the orders is gone and the devices are asked for it:
// nobody should wonder why new orders wait for half a minute.

import type { RunningHub } from '@pos-sync/sync';

import type { HealthReason, HealthSource } from '../http/health.ts';
import type { Log } from '../log.ts';

export function sayRecovery(log: Log): (isOver: boolean) => void {
  return (isOver) => {
    if (isOver) log.warn('the devices brought back what they know; new orders are taken again');
    else {
      log.warn(
        'a part of the orders is not here: an older copy was put back, or the key beside it is ' +
          'another one; the devices are asked for what they know, up to 30 seconds',
      );
    }
  };
}

export function recoveryHealth(running: () => Pick<RunningHub['status'], 'awaited'>): HealthSource {
  return () => {
    const { awaited } = running();
    return awaited === undefined ? [] : [bringingBack(awaited)];
  };
}

function bringingBack(awaited: readonly string[]): HealthReason {
  const whom =
    awaited.length === 0 ? 'Nobody is missing any more' : `Still to come: ${awaited.join(', ')}`;
  return {
    severity: 'degraded',
    code: 'RECOVERING',
    message: `A part of the orders is not here, and the devices are bringing back what they know. ${whom}.`,
    fix: 'Switch on every device that was in use and wait. New orders stay on their devices meanwhile, and are taken within half a minute.',
  };
}
