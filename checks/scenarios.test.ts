import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenarios, scenarios } from './scenarios.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Patch {
  readonly proves: string;
  readonly test: string;
  readonly title: string;
  readonly file: string;
  readonly find: string;
}

const patches = JSON.parse(read('simulator/src/planted/scenario-patches.json')) as Patch[];

describe('the patches against the scenarios', () => {
  it('are there for every scenario that is a schedule', () => {
    const proven = new Set(patches.map(({ proves }) => proves));
    const bare = scenarios.filter((number) => {
      return !runScenarios.includes(number) && !proven.has(String(number));
    });
    expect(bare).toEqual([]);
  });

  it('name a test that is there, and a place that is there once', () => {
    const wrong = patches.filter(({ test, title, file, find }) => {
      return !read(test).includes(title) || read(file).split(find).length !== 2;
    });
    expect(wrong).toEqual([]);
  });
});
