// The commands about the menu against a real hub, as people type them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { MenuChanges, MenuItem } from '@pos-sync/local-server';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { askHub } from '../hub-door.ts';
import { type HubProcess, startHub } from '../replay/hub-process.ts';
import { type Ended, runCommand } from '../testing/run-command.ts';
import { restartHub } from '../running/restart.ts';
import { importMenu } from './import.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-menu-'));
let hub: HubProcess;

beforeAll(async () => {
  hub = await startHub(path.join(folder, 'data'));
});
afterAll(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]): Promise<Ended> =>
  runCommand('menu', ...args, '--data', hub.dataFolder, '--hub', hub.address);
const head = 'item,name,station,priceMinor,choices\n';
const inFolder = (name: string): string => path.join(folder, name);
const fileOf = (name: string, text: string): string => {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
};
const menuNow = async (): Promise<readonly MenuItem[]> =>
  ((await askHub(hub, 'GET', '/menu')) as { items: MenuItem[] }).items;

beforeEach(async () => {
  const file = fileOf(
    'first.csv',
    `${head}soup,Soup,kitchen,500,bread=Bread:100\ntea,Tea,bar,300,\n`,
  );
  await run('import', file, '--yes');
});

it('writes the menu into a new file that changes nothing when it comes back', async () => {
  for (const format of ['csv', 'json']) {
    const out = inFolder(`out.${format}`);
    const { code, stdout } = await run('export', '--out', out, '--format', format);
    expect([code, stdout]).toEqual([0, `${(await menuNow()).length} items are in ${out}.\n`]);
    const back = await run('import', out);
    expect(back.stdout).toMatch(/^This file changes nothing\.\n\d+ in the file are/);
    expect(back.code).toBe(0);
    const again = await run('export', '--out', out);
    expect(again.stderr).toMatch(/is there already and stays as it is\./);
    expect(again.code).toBe(2);
  }
});

it('shows what a file changes, and does nothing without a yes', async () => {
  const file = fileOf(
    'dear.csv',
    `${head}soup,Soup,kitchen,650,bread=Bread:100\ncake,Cake,,400,\n`,
  );
  const before = await menuNow();
  const shown = [
    'New:',
    '  item  name  station  price  choices',
    '  cake  Cake           400',
    '',
    'Changed:',
    '  item  what   is   becomes',
    '  soup  price  500  650',
    '',
    '1 new, 1 changed.',
    '0 in the file are on the menu just so; 1 on the menu are not in the file and stay.',
    '',
  ].join('\n');
  expect(await run('import', file, '--preview')).toEqual({ code: 0, stdout: shown, stderr: '' });
  const alone = await run('import', file);
  expect([alone.code, alone.stdout]).toEqual([1, shown]);
  expect(alone.stderr).toMatch(/^Nothing was changed: nobody is here to say yes\.\nAdd --yes/);
  const program = await run('import', file, '--json');
  expect(program.code).toBe(1);
  expect(JSON.parse(program.stdout)).toMatchObject({ unchanged: 0 });
  expect(await menuNow()).toEqual(before);
  const done = await run('import', file, '--yes');
  expect([done.code, done.stdout.startsWith(shown)]).toEqual([0, true]);
  expect(await menuNow()).toContainEqual(
    expect.objectContaining({ item: 'soup', priceMinor: 650 }),
  );
  const again = await run('import', file, '--yes', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ new: [], changed: [], unchanged: 2 });
});

it('names what is wrong with a file, and changes nothing', async () => {
  const before = await menuNow();
  const file = fileOf('bad.csv', `${head}soup,Soup,kitchen,6.50,\ncake,Cake,,1,\n,Beer,Bar,1,\n`);
  const { code, stderr } = await run('import', file, '--yes');
  const lines = stderr.split('\n');
  expect(lines[0]).toBe('2 lines of this menu are wrong, so nothing was changed.');
  expect(lines[1]).toMatch(/^ {2}line 2, priceMinor: .*for 12\.50 write 1250\.$/);
  expect(lines.slice(2, 4).join()).toMatch(/line 4, item: .*line 4, station: /);
  expect(code).toBe(1);
  expect((await run('import', inFolder('none.csv'))).code).toBe(2);
  const long = await run('import', fileOf('long.csv', head.repeat(40_000)));
  expect([long.code, long.stderr]).toEqual([1, expect.stringContaining('1024 KiB')]);
  expect(await menuNow()).toEqual(before);
});

it('asks whoever sits there, and does nothing more than was shown', async () => {
  const before = await menuNow();
  const file = fileOf('asked.csv', `${head}soup,Soup,kitchen,700,\n`);
  const wanted = { file, preview: false, yes: false, json: false };
  const told: string[] = [];
  const answering = (agrees: () => Promise<boolean>) =>
    importMenu(hub, wanted, { tell: (text) => void told.push(text), agrees });
  await expect(answering(() => Promise.resolve(false))).rejects.toThrow('Nothing was changed.');
  expect(await menuNow()).toEqual(before);
  const other = fileOf('other.csv', `${head}tea,Tea,bar,333,\n`);
  const meanwhile = answering(async () => (await run('import', other, '--yes')).code === 0);
  await expect(meanwhile).rejects.toThrow('Somebody else changed the menu');
  expect(await menuNow()).toContainEqual(
    expect.objectContaining({ item: 'soup', priceMinor: 500 }),
  );
  await answering(() => Promise.resolve(true));
  expect(told.at(-1)).toMatch(/^The menu is changed\./);
  expect(await menuNow()).toContainEqual(
    expect.objectContaining({ item: 'soup', priceMinor: 700 }),
  );
});

it.each<[string, () => Promise<unknown>]>([
  ['was killed', () => hub.kill().then(() => hub.restart())],
  ['started anew', () => restartHub(hub)],
])(
  'brings in the rest when the hub %s in the middle of an import',
  async (how, end) => {
    const isCut = async (time: string): Promise<boolean> => {
      const prefix = `${how.slice(0, 1)}${time}`;
      const items = Array.from({ length: 2_000 }, (_, at) => {
        const item = `${prefix}${at}`;
        return { item, name: `Item ${at}`, station: 'bar', priceMinor: at, choices: {} };
      });
      const before = (await menuNow()).length;
      const file = fileOf(`${prefix}.json`, JSON.stringify({ items }));
      const wanted = { file, preview: false, yes: true, json: false };
      const nobody = { tell: () => undefined, agrees: undefined };
      const importing = importMenu(hub, wanted, nobody).catch((error: unknown) => error);
      while ((await menuNow()).length === before);
      await end();
      const said = await importing;
      const there = (await menuNow()).length - before;
      if (there < items.length) {
        expect(said).toMatchObject({
          fix: expect.stringContaining('import the same file') as string,
        });
      }
      const done = (await askHub(hub, 'POST', '/menu/import', { items }, 60_000)) as MenuChanges;
      expect([done.unchanged, done.new.length]).toEqual([there, items.length - there]);
      const now = new Map((await menuNow()).map((item) => [item.item, item]));
      expect(items.map(({ item }) => now.get(item))).toEqual(items);
      return there < items.length;
    };
    // Where the hub was through before it could be killed, another import is.
    let isDone = false;
    for (const prefix of ['a', 'b', 'c', 'd']) isDone ||= await isCut(prefix);
    expect(isDone).toBe(true);
  },
  60_000,
);
