// What the doctor found out about one thing, and how it is written down.

export interface Finding {
  readonly about: string;
  /** `look`: orders move, and somebody should know all the same. */
  readonly verdict: 'ok' | 'look' | 'wrong';
  readonly message: string;
  /** What to do; nothing where all is well. */
  readonly fix?: string;
}

export function ok(about: string, message: string): Finding {
  return { about, verdict: 'ok', message };
}

export function look(about: string, message: string, fix: string): Finding {
  return { about, verdict: 'look', message, fix };
}

export function wrong(about: string, message: string, fix: string): Finding {
  return { about, verdict: 'wrong', message, fix };
}

export function isAnyWrong(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'wrong');
}

export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ about, verdict, message, fix }) => [
    `${verdict.padEnd(5)}  ${about.padEnd(aboutWidth)}  ${message}`,
    ...(fix === undefined ? [] : [`${indent}${fix}`]),
  ]);
  return [...lines, '', summaryOf(findings)].join('\n');
}

const aboutWidth = 9;
const indent = ' '.repeat('wrong'.length + aboutWidth + 4);

function summaryOf(findings: readonly Finding[]): string {
  const count = (wanted: Finding['verdict']): number =>
    findings.filter(({ verdict }) => verdict === wanted).length;
  const toLook = count('look') === 0 ? '' : ` To be looked at: ${count('look')}.`;
  return `${isAnyWrong(findings) ? `Wrong: ${count('wrong')}.` : 'Nothing is wrong.'}${toLook}`;
}
