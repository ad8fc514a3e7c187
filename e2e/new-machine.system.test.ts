import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { freshCopy, plainPath } from './fresh-copy.ts';
import { runToEnd, startHub } from './hub-process.ts';

let root: string;
let environment: Record<string, string>;

beforeAll(() => {
  root = freshCopy();
  environment = { PATH: plainPath(), npm_config_prefer_offline: 'true' };
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

it('installs, bundles and starts with one command on a machine that has only npm', async () => {
  const command = ['npm', 'run', 'production'];
  const hub = await startHub({ command, folder: root, environment });
  expect(await hub.checkedHealth()).toMatchObject({ status: 'ok' });
  const client = await fetch(`http://127.0.0.1:${hub.port}/sdk/client.tgz`);
  expect([client.status, client.headers.get('content-type')]).toEqual([200, 'application/gzip']);
  const { tookMs } = await hub.stop('SIGTERM');
  expect(tookMs).toBeLessThan(5_000);
  expect(existsSync(path.join(root, 'data'))).toBe(true);
});

it('starts the second time without the network', async () => {
  const nowhere = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_offline: 'true' };
  const command = ['npm', 'run', 'production'];
  const both = { ...environment, ...nowhere };
  const hub = await startHub({ command, folder: root, environment: both });
  expect(await hub.checkedHealth()).toMatchObject({ status: 'ok' });
  await hub.stop('SIGTERM');
});

it('says what to do when installing is needed and there is no internet', async () => {
  rmSync(path.join(root, 'node_modules'), { recursive: true });
  const nowhere = {
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: path.join(root, 'empty-cache'),
    npm_config_fetch_retries: '0',
  };
  const command = ['npm', 'run', '--silent', 'production'];
  const both = { ...environment, ...nowhere };
  const { code, said } = await runToEnd({ command, folder: root, environment: both });
  expect(said).toContain('The installation did not finish');
  expect(code).not.toBe(0);
});

it('is made ready by deploy.sh, again and again, and then starts from local-server', async () => {
  const folder = path.join(root, 'local-server');
  rmSync(path.join(root, 'dist'), { recursive: true });
  for (const round of ['first', 'second']) {
    const { code, said } = await runToEnd({ command: ['./deploy.sh'], folder, environment });
    expect(said, round).toContain('npm run production');
    expect(code, round).toBe(0);
  }
  expect(statSync(path.join(root, 'dist/hub.js')).isFile()).toBe(true);
  const command = ['npm', 'run', 'production'];
  const hub = await startHub({ command, folder, environment });
  expect(await hub.checkedHealth()).toMatchObject({ status: 'ok' });
  await hub.stop('SIGTERM');
  expect(existsSync(path.join(folder, 'data'))).toBe(false);
});

it('makes the hub of the sources as they are before its command starts it', async () => {
  rmSync(path.join(root, 'dist/hub.js'));
  const command = ['npm', 'run', '--silent', 'pos-sync', '--', 'start', '--help'];
  const { code, said } = await runToEnd({ command, folder: root, environment });
  expect(said).toContain('--port');
  expect(code).toBe(0);
  expect(statSync(path.join(root, 'dist/hub.js')).isFile()).toBe(true);
});

it('deploy.sh says what is missing on a machine without Node', async () => {
  const command = ['/bin/bash', './deploy.sh'];
  const folder = path.join(root, 'local-server');
  const bare = { ...environment, PATH: path.join(root, 'docs') };
  const { code, said } = await runToEnd({ command, folder, environment: bare });
  expect(said).toContain('Node.js is missing');
  expect(code).toBe(1);
});

it('deploy.sh explains itself, and does nothing at a word it does not know', async () => {
  const folder = path.join(root, 'local-server');
  const bare = { ...environment, PATH: path.join(root, 'docs') };
  const run = (word: string) =>
    runToEnd({ command: ['/bin/bash', './deploy.sh', word], folder, environment: bare });
  const help = await run('--help');
  expect(help.said).toContain('Makes this machine ready to run the hub');
  expect(help.code).toBe(0);
  const unknown = await run('--dry-run');
  expect(unknown.said).toContain('does not know "--dry-run", so it did nothing');
  expect(unknown.code).toBe(2);
});

it('packs nothing when a package inside the hub is under a licence that nobody allowed', async () => {
  const manifest = path.join(root, 'node_modules/ws/package.json');
  const strict = readFileSync(manifest, 'utf8').replace('"MIT"', '"GPL-3.0-only"');
  writeFileSync(manifest, strict);
  const command = ['npm', 'run', '--silent', 'pack'];
  const { code, said } = await runToEnd({ command, folder: root, environment });
  expect(said).toMatch(/ws \S+ is under "GPL-3.0-only", which nobody has allowed/);
  expect(code).toBe(1);
  expect(existsSync(path.join(root, 'dist/local-server'))).toBe(false);
});
