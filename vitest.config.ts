// Three tiers of tests, told apart by the file's name: `*.test.ts` needs nothing but this folder,
// `*.system.test.ts` starts real programs and changes real files, `*.long.test.ts` does the same
// thing very often. `vitest run --mode system` or `--mode long` picks another tier.

import { configDefaults, defineConfig } from 'vitest/config';

const beside = { include: ['**/*.test.ts'], exclude: ['**/*.{system,long}.test.ts'] };

const tiers: Record<string, { include: string[]; exclude: string[]; timeoutMs: number }> = {
  system: { include: ['**/*.system.test.ts'], exclude: [], timeoutMs: 300_000 },
  long: { include: ['**/*.long.test.ts'], exclude: [], timeoutMs: 1_800_000 },
};

export default defineConfig(({ mode }) => {
  const tier = tiers[mode] ?? { ...beside, timeoutMs: 20_000 };
  return {
    test: {
      include: tier.include,
      exclude: [...configDefaults.exclude, '**/dist/**', 'bench/baseline/**', ...tier.exclude],
      testTimeout: tier.timeoutMs,
      hookTimeout: tier.timeoutMs,
      allowOnly: false,
    },
  };
});
