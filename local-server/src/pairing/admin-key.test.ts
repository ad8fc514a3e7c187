import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { makeSecret, stampKeyName } from '../secret-file.ts';
import { adminKeyName, didHubRun, makeAdminKey, readAdminKey } from './admin-key.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'admin-key-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => path.join(folder, adminKeyName);

it('makes a key that its owner alone may read, and keeps it', () => {
  expect(readAdminKey(folder)).toBeUndefined();
  const key = makeAdminKey(folder);
  expect(key).toMatch(/^[\w-]{43}$/);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(makeAdminKey(folder)).toBe(key);
  expect(readAdminKey(folder)).toBe(key);
  expect(readdirSync(folder)).toEqual([adminKeyName]);
});

it('replaces a key that others could have read', () => {
  const key = makeAdminKey(folder);
  chmodSync(file(), 0o644);
  expect(makeAdminKey(folder)).not.toBe(key);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

it('replaces a file that holds no key', () => {
  writeFileSync(file(), 'half a k', { mode: 0o600 });
  expect(readAdminKey(folder)).toBeUndefined();
  const key = makeAdminKey(folder);
  expect(readAdminKey(folder)).toBe(key);
});

it('tells a folder where a hub has worked from one where none ever did', () => {
  expect(didHubRun(folder)).toBe(false);
  makeSecret(folder, stampKeyName);
  expect(didHubRun(folder)).toBe(true);
});
