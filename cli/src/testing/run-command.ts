// Runs the built command as people do, in a process of its own, and takes down what it says.

import { spawn } from 'node:child_process';
import path from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const builtCommand = path.resolve(import.meta.dirname, '../../../dist/pos-sync.js');

export function runCommand(...args: string[]): Promise<Ended> {
  return runProgram(builtCommand, ...args);
}

/** The command as it was copied elsewhere. */
export function runProgram(program: string, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes: Buffer) => (said.stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said.stderr += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}
