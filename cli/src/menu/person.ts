// Whoever typed the command: is told things, and asked where there is a terminal to answer on.

import { createInterface } from 'node:readline/promises';

export interface Person {
  tell(text: string): void;
  /** Whether the answer was yes; undefined where nobody can answer. */
  readonly agrees: ((question: string) => Promise<boolean>) | undefined;
}

export function person(): Person {
  const isHere = process.stdin.isTTY && process.stdout.isTTY;
  return { tell: (text) => console.log(text), agrees: isHere ? agrees : undefined };
}

async function agrees(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // Without an answer, as after Ctrl+D, it is no yes.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  const said = await Promise.race([lines.question(question), closed]);
  lines.close();
  return /^\s*y(es)?\s*$/i.test(said);
}
