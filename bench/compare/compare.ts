// The comparison: every round runs all three programs at 50 displays and then at 200, one after the
// other, so that a machine that is slow for a minute is slow for all of them.

import { median, round } from '../statistics.ts';
import { type Bar, atLeast, atMost } from '../bar.ts';
import { type Program, programs, type Row, runProgram, type Shape } from './programs.ts';

const displayCounts = [50, 200];

export interface Comparison {
  readonly rows: readonly Row[];
  readonly bars: readonly Bar[];
}

export async function compare(shape: Shape, rounds: number): Promise<Comparison> {
  const rows: Row[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    for (const displays of displayCounts) {
      for (const program of programs) {
        const row = { round: number, ...(await runProgram(program, displays, shape)) };
        console.log(JSON.stringify(row));
        rows.push(row);
      }
    }
  }
  printMedians(rows);
  return { rows, bars: displayCounts.flatMap((displays) => barsAt(rows, displays)) };
}

function barsAt(rows: readonly Row[], displays: number): Bar[] {
  const of = (program: Program, value: (row: Row) => number): number =>
    medianOf(rows, program, displays, value);
  const cpu = (program: Program): number => of(program, (row) => row.serverCpuUsPerEvent);
  const speed = (program: Program): number => of(program, (row) => row.eventsPerSecond);
  const at = `with ${displays} displays`;
  return [
    atMost(`CPU per command, ours ÷ floor, ${at}`, round(cpu('ours') / cpu('floor'), 2), 2),
    atMost(`CPU per command, ours ÷ relay, ${at}`, round(cpu('ours') / cpu('relay'), 2), 0.3),
    atLeast(`commands/s, ours ÷ floor, ${at}`, round(speed('ours') / speed('floor'), 2), 0.5),
  ];
}

function printMedians(rows: readonly Row[]): void {
  console.log('\nmedian    displays  CPU µs/command  commands/s  to display p50/p99 ms  RSS MB');
  for (const displays of displayCounts) {
    for (const program of programs) {
      const of = (value: (row: Row) => number): number => medianOf(rows, program, displays, value);
      const p50 = of((row) => row.submitToDisplayMs.p50);
      const p99 = of((row) => row.submitToDisplayMs.p99);
      const columns = [
        program.padEnd(8),
        String(displays).padStart(10),
        String(of((row) => row.serverCpuUsPerEvent)).padStart(16),
        String(of((row) => row.eventsPerSecond)).padStart(12),
        `${p50} / ${p99}`.padStart(23),
        String(of((row) => row.rssMb)).padStart(8),
      ];
      console.log(columns.join(''));
    }
  }
}

function medianOf(
  rows: readonly Row[],
  program: Program,
  displays: number,
  value: (row: Row) => number,
): number {
  const chosen = rows.filter((row) => row.program === program && row.displays === displays);
  return median(chosen.map((row) => value(row)));
}
