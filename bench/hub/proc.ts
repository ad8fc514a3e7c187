// What the kernel says about a process. Linux only, like every number this bench prints.

import { readFileSync } from 'node:fs';

/** A tick of /proc/PID/stat on every Linux that matters (USER_HZ = 100). */
const tickMs = 10;
const bytesPerKib = 1024;

/** User and system time of all threads of a process, in ms. */
export function cpuMs(pid: number): number {
  const [, afterName = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const fields = afterName.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** What a process holds in memory at this moment. */
export function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / bytesPerKib);
}
