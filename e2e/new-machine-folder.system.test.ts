// The packed folder alone on a machine that has nothing else of this project.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { plainPath } from './fresh-copy.ts';
import { runToEnd, startHub, type Exit } from './hub-process.ts';

const root = path.resolve(import.meta.dirname, '..');
const packed = path.join(root, 'dist/local-server');
const packedFiles = [
  'LICENSES.txt',
  'deploy.sh',
  'docs',
  'hub.js',
  'package-lock.json',
  'package.json',
  'pos-sync.js',
  'sdk',
];
const folderBytesMax = 4_000_000;
const start = ['npm', 'run', 'production'];

let machine: string;
/** Deployed by the first test that needs it, and used by those after it. */
let folder: string;

/** A folder of programs with a Node that the hub runs on. */
let newerNode: string;

/** A machine with npm and the Node that the system brought, which is too old for the hub. */
const online = { PATH: plainPath(), npm_config_prefer_offline: 'true' };

beforeAll(() => {
  machine = fs.mkdtempSync(path.join(tmpdir(), "the shop's box "));
  folder = path.join(machine, 'local-server');
  newerNode = path.join(machine, 'programs');
  fs.mkdirSync(newerNode);
  fs.symlinkSync(process.execPath, path.join(newerNode, 'node'));
  execFileSync('npm', ['run', '--silent', 'pack'], { cwd: root });
  for (const file of packedFiles) copyInto(folder, file);
});

afterAll(() => fs.rmSync(machine, { recursive: true, force: true }));

function copyInto(place: string, file: string): void {
  fs.cpSync(path.join(packed, file), path.join(place, file), { recursive: true });
}

function anotherFolder(name: string): string {
  const place = path.join(machine, name, 'local-server');
  for (const file of packedFiles) copyInto(place, file);
  return place;
}

/** No registry can be reached, and nothing was fetched before. */
function offline(PATH: string): Record<string, string> {
  return {
    PATH,
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: path.join(machine, 'empty-cache'),
    npm_config_fetch_retries: '0',
  };
}

function deploy(
  place: string,
  environment: Record<string, string>,
): Promise<Exit & { said: string }> {
  return runToEnd({ command: ['./deploy.sh'], folder: place, environment });
}

async function expectToServe(place: string, environment: Record<string, string>): Promise<void> {
  const hub = await startHub({ command: start, folder: place, environment });
  expect(await hub.checkedHealth()).toMatchObject({ status: 'ok' });
  const client = await fetch(`http://127.0.0.1:${hub.port}/sdk/client.js`);
  expect(await client.text()).toBe(fs.readFileSync(path.join(packed, 'sdk/client.js'), 'utf8'));
  await hub.stop('SIGTERM');
}

/** Every file below a folder with a hash of what is in it. */
function contentsOf(place: string): string[] {
  return fs
    .readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => `${file} ${createHash('sha256').update(fs.readFileSync(file)).digest('hex')}`)
    .sort();
}

it('holds the hub in one file, its command in another, the client for programs, the licences and little else', () => {
  const files = fs.readdirSync(packed, { recursive: true, encoding: 'utf8' });
  const whole = files.filter((file) => packedFiles.includes(file.split(path.sep)[0] ?? ''));
  const bytes = whole.map((file) => fs.statSync(path.join(packed, file)).size);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(folderBytesMax);
  const licences = fs.readFileSync(path.join(packed, 'LICENSES.txt'), 'utf8');
  expect(licences).toContain('POS WiFi Sync Server contributors');
  for (const name of ['fastify', 'pino', 'ws', 'zod']) expect(licences).toContain(`\n${name} `);
});

it('asks the registry for a Node of the project’s own version and checksum, and nothing else', () => {
  const lockfile = (place: string) =>
    JSON.parse(fs.readFileSync(path.join(place, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { integrity?: string }>;
    };
  const { '': own, ...others } = lockfile(packed).packages;
  expect(own).toBeDefined();
  expect(Object.keys(others).length).toBeGreaterThan(3);
  for (const [place, entry] of Object.entries(others)) {
    expect(place).toMatch(/^node_modules\/node-/);
    expect(entry.integrity).toMatch(/^sha512-/);
    expect(entry).toEqual(lockfile(root).packages[place]);
  }
});

it('stops with what to do where Node is too old and there is no internet, and leaves nothing', async () => {
  const { code, said } = await deploy(folder, offline(plainPath()));
  expect(said).toContain('Not ready: installing Node failed');
  expect(said).toContain('connect it and run this again');
  expect(code).toBe(1);
  expect(fs.readdirSync(folder).sort()).toEqual(packedFiles);
  const early = await runToEnd({ command: start, folder, environment: online });
  expect(early.said).toContain('Run ./deploy.sh in the folder local-server');
  expect(early.code).toBe(1);
});

it('is made ready and starts on a machine that has only an old Node and npm', async () => {
  const { code, said } = await deploy(folder, online);
  expect(said).toMatch(/Node v26\.\S+ was installed/);
  expect(said).toContain('npm run production');
  expect(code).toBe(0);
  expect(fs.readdirSync(folder).sort()).toEqual([...packedFiles, 'node_modules'].sort());
  await expectToServe(folder, online);
  const inside = [...packedFiles, 'data', 'node_modules'].sort();
  expect(fs.readdirSync(folder).sort()).toEqual(inside);
});

it('lets a device in with its own command beside the hub, which goes on while all is made ready again', async () => {
  const hub = await startHub({ command: start, folder, environment: online });
  const pair = 'npm run --silent pos-sync -- pair --role kitchen --name Grill --json --hub';
  const command = [...pair.split(' '), `http://127.0.0.1:${hub.port}`];
  const { code, said } = await runToEnd({ command, folder, environment: online });
  // After an update it is told what to do with the hub that runs.
  expect((await deploy(folder, online)).said).toContain('npm run -s pos-sync -- restart');
  await hub.stop('SIGTERM');
  expect(said).toMatch(/^\{"code":"\w{8}","role":"kitchen","name":"Grill",/m);
  expect(code).toBe(0);
});

it('the second time needs no network, installs nothing, and leaves every order as it is', async () => {
  const before = contentsOf(path.join(folder, 'data'));
  expect(before.some((line) => line.includes('store.db '))).toBe(true);
  const { code, said } = await deploy(folder, offline(plainPath()));
  expect(said).toMatch(/Nothing had to be installed: Node v26\.\S+ is here already/);
  expect(code).toBe(0);
  expect(contentsOf(path.join(folder, 'data'))).toEqual(before);
  await expectToServe(folder, offline(plainPath()));
});

it('keeps the Node it has when an update asks for another and there is no internet', async () => {
  const before = contentsOf(path.join(folder, 'data'));
  const lockfile = path.join(folder, 'package-lock.json');
  const asked = fs.readFileSync(lockfile, 'utf8');
  fs.writeFileSync(lockfile, asked.replace('"lockfileVersion"', '\n"lockfileVersion"'));
  const { code, said } = await deploy(folder, offline(plainPath()));
  expect(said).toMatch(/Installing a newer Node failed, so Node v26\.\S+ stays/);
  expect(code).toBe(0);
  expect(fs.existsSync(path.join(folder, '.installing'))).toBe(false);
  expect(contentsOf(path.join(folder, 'data'))).toEqual(before);
  await expectToServe(folder, offline(plainPath()));
});

it('takes back the Node it had where the power went while another was put in its place', async () => {
  fs.mkdirSync(path.join(folder, '.installing/node_modules'), { recursive: true });
  fs.renameSync(path.join(folder, 'node_modules'), path.join(folder, '.installing/before'));
  const { code, said } = await deploy(folder, offline(plainPath()));
  expect(said).toMatch(/so Node v26\.\S+ stays/);
  expect(code).toBe(0);
  expect(fs.existsSync(path.join(folder, '.installing'))).toBe(false);
  await expectToServe(folder, offline(plainPath()));
});

it('needs nothing from the network where a Node is there that is new enough', async () => {
  const place = anotherFolder('newer');
  // What another kind of machine left behind must not be tried instead.
  const foreign = path.join(place, 'node_modules/.bin');
  fs.mkdirSync(foreign, { recursive: true });
  fs.writeFileSync(path.join(foreign, 'node'), '\x7fELF of another machine\0', { mode: 0o755 });
  const bare = offline(`${newerNode}${path.delimiter}${plainPath()}`);
  const { code, said } = await deploy(place, bare);
  expect(said).toContain(`this machine's Node ${process.version} is new enough`);
  expect(code).toBe(0);
  expect(fs.existsSync(path.join(place, 'node_modules'))).toBe(false);
  await expectToServe(place, bare);
});

it('says so when a file is missing or was copied only in part', async () => {
  const place = anotherFolder('damaged');
  const bare = offline(`${newerNode}${path.delimiter}${plainPath()}`);
  const program = path.join(place, 'hub.js');
  fs.truncateSync(program, Math.floor(fs.statSync(program).size / 2));
  const damaged = await deploy(place, bare);
  expect(damaged.said).toContain('hub.js is not complete. Copy the whole folder once more.');
  expect(damaged.said).not.toContain('    at ');
  expect(damaged.code).toBe(1);
  fs.rmSync(path.join(place, 'package-lock.json'));
  const missing = await deploy(place, bare);
  expect(missing.said).toContain('is not complete. Copy the whole folder once more.');
  expect(missing.code).toBe(1);
});

it('the project’s own folder alone stops with one sentence that says what to copy instead', async () => {
  const alone = path.join(machine, 'alone', 'local-server');
  fs.cpSync(path.join(root, 'local-server'), alone, {
    recursive: true,
    filter: (from) => !/\/(node_modules|data)$/.test(from),
  });
  for (const command of [['./deploy.sh'], ['npm', 'run', '--silent', 'production']]) {
    const { code, said } = await runToEnd({ command, folder: alone, environment: online });
    expect(said.replaceAll('\n', ' ')).toMatch(
      /his folder is only a part of the project: where the whole project is, run "npm run pack" and copy the folder dist\/local-server from there instead\.\s*$/,
    );
    expect(said).not.toContain('    at ');
    expect(code).toBe(1);
  }
});
