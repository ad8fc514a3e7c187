// Waiting for something to come true in real processes, never longer than was said.

export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<number> {
  const startedMs = performance.now();
  while (!(await isSo())) {
    const waitedMs = performance.now() - startedMs;
    if (waitedMs > withinMs) throw new Error(`${what} did not happen within ${withinMs} ms`);
    await pause(lookEveryMs);
  }
  return performance.now() - startedMs;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const lookEveryMs = 4;
