import { describe, expect, it } from 'vitest';
import { counterWords } from './counters.ts';
import { readFlags } from './flags.ts';
import { invariants } from './invariants.ts';

describe('npm run simulate', () => {
  it('runs a hundred general histories when nothing is said', () => {
    expect(readFlags([])).toMatchObject({ first: 1, count: 100, swarm: { name: 'general' } });
  });

  it('takes values in the same word or the next one', () => {
    const flags = ['--seeds=5', '--from', '7', '--swarm=calm', '--no-shrink', '--json'];
    const asked = { first: 7, count: 5, swarm: { name: 'calm' }, isShrunk: false, isJson: true };
    expect(readFlags(flags)).toMatchObject(asked);
  });

  it('runs nothing when npm kept a flag for itself', () => {
    const kept = { npm_lifecycle_event: 'simulate', npm_config_seeds: 'true' };
    expect(readFlags(['500'], kept)).toEqual({
      wrong:
        'npm kept --seeds for itself. Write two dashes first: npm run simulate -- --seeds 500.',
    });
  });

  it('explains every invariant and every counter when asked for help', () => {
    const read = readFlags(['--help']);
    const help = 'help' in read ? read.help : '';
    for (const name of Object.keys({ ...invariants, ...counterWords })) {
      expect(help).toContain(`  ${name} `);
    }
  });

  for (const flags of [
    ['--seed', '5'],
    ['five'],
    ['--seeds'],
    ['--seeds', '0'],
    ['--seeds', '1e3'],
    ['--from=-1'],
    ['--from', '99999999999'],
    ['--swarm', 'nowhere'],
    ['--json=yes'],
  ]) {
    it(`answers "${flags.join(' ')}" with a sentence`, () => {
      const read = readFlags(flags);
      expect('wrong' in read && read.wrong).toMatch(/^[^\n]+\.$/);
    });
  }
});
