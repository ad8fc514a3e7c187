import path from 'node:path';

import { expect, it } from 'vitest';

import { findDataFolder, readSettings, type Settings } from './settings.ts';

const settingsOf = (args: string[], environment: Record<string, string> = {}): Settings => {
  const read = readSettings(args, environment, '/standard/data');
  if (read.kind !== 'settings') throw new Error(`refused: ${JSON.stringify(read)}`);
  return read.settings;
};

const sentenceOf = (args: string[], environment: Record<string, string> = {}): string => {
  const read = readSettings(args, environment, '/standard/data');
  return read.kind === 'wrong' ? read.sentence : `accepted: ${read.kind}`;
};

it('has a standard value for everything', () => {
  expect(settingsOf([])).toEqual({
    port: 8080,
    host: '0.0.0.0',
    dataFolder: '/standard/data',
    store: 'sqlite',
    logLevel: 'info',
    commandRate: 50,
  });
});

it('takes flags with a space or an equals sign', () => {
  const settings = settingsOf(['--port', '0', '--store=memory', '--log', 'debug', '--host=::']);
  expect(settings).toMatchObject({ port: 0, store: 'memory', logLevel: 'debug', host: '::' });
});

it('takes environment variables, and an empty one counts as not set', () => {
  const environment = { PORT: '81', STORE: 'memory', LOG_LEVEL: '', DATA_DIR: '/mnt/orders' };
  const expected = { port: 81, store: 'memory', logLevel: 'info', dataFolder: '/mnt/orders' };
  expect(settingsOf([], environment)).toMatchObject(expected);
});

it('prefers the flag over the variable', () => {
  expect(settingsOf(['--port', '9000'], { PORT: '81' }).port).toBe(9000);
});

it('reads a relative data folder from the working folder', () => {
  expect(settingsOf(['--data', 'orders']).dataFolder).toBe(path.resolve('orders'));
});

it.each([
  [['--prot', '1'], {}, 'There is no setting "--prot": the hub knows --port, --host, --data, --s'],
  [['8080'], {}, 'There is no setting "8080"'],
  [['--rate', '0'], {}, 'The setting --rate is "0": it must be a whole number from 1'],
  [['--port', '65536'], {}, 'The setting --port is "65536": it must be a whole number from 0 to'],
  [['--port', '-1'], {}, 'The setting --port is "-1": it must be a whole number from 0 to 65535'],
  [['--port', '8e3'], {}, 'The setting --port is "8e3"'],
  [['--port'], {}, 'The setting --port has no value: write a whole number from 0 to 65535'],
  [['--data='], {}, 'The setting --data has no value: write a folder.'],
  [['--data', '--port', '1'], {}, 'The setting --data has no value: write a folder.'],
  [['--port', '1', '--port', '2'], {}, 'The setting --port is there twice: keep one.'],
  [[], { PORT: 'http' }, 'The setting PORT is "http": it must be a whole number from 0 to 65535'],
  [[], { STORE: 'postgres' }, 'The setting STORE is "postgres": it must be sqlite or memory.'],
  [
    ['9000'],
    { npm_config_port: 'true' },
    'npm kept --port for itself. Write two dashes before it:',
  ],
  [[], { npm_config_store: 'memory' }, 'Write two dashes before it: npm run production -- --store'],
  [['--log', 'loud'], {}, 'The setting --log is "loud": it must be fatal, error, warn, info, debu'],
  [[], { HOST: 'a b' }, 'The setting HOST is "a b": it must be an address of this machine'],
])('refuses %j with %j in one sentence', (args, environment, sentence) => {
  expect(sentenceOf(args, environment)).toContain(sentence);
});

it.each(['--help', '-h'])('explains itself with %s', (flag) => {
  const read = readSettings([flag], {}, '/standard/data');
  const text = read.kind === 'help' ? read.text : '';
  for (const name of ['--port', 'DATA_DIR', 'LOG_LEVEL', '8080', 'sqlite']) {
    expect(text).toContain(name);
  }
});

it('finds the same data folder from the source, the bundle, and any working folder', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const expected = path.join(root, 'data');
  expect(findDataFolder(import.meta.dirname, '/')).toBe(expected);
  expect(findDataFolder(path.join(root, 'dist'), '/elsewhere')).toBe(expected);
  expect(findDataFolder('/opt/hub', '/srv/shop')).toBe('/srv/shop/data');
});
