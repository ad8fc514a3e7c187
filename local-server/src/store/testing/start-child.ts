// Starts `child.ts` and hands out the lines it says.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child {
  /** Every line said so far, also those that arrive while it is being killed. */
  readonly lines: readonly string[];
  /** Waits until so many lines were said, or the process has ended. */
  said(count: number): Promise<void>;
  /** SIGKILL; resolves when it is gone and its last line was read. */
  kill(): Promise<void>;
}

export function startChild(act: string, folder: string, user?: number): Child {
  const program = fileURLToPath(import.meta.resolve('./child.ts'));
  const args = [program, act, folder, ...(user === undefined ? [] : [String(user)])];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 2] });
  if (child.stdout === null) throw new Error('The child has no output.');
  const lines: string[] = [];
  let wake = (): void => undefined;
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  const ended = new AbortController();
  reader.on('close', () => {
    ended.abort();
    wake();
  });
  const said = async (count: number): Promise<void> => {
    while (lines.length < count && !ended.signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    if (!ended.signal.aborted) await once(ended.signal, 'abort');
  };
  return { lines, said, kill };
}
