// A lost tablet delivers an order with cash, and a manager settles it on the box, as people type it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { openPairingWindow } from '../hub-door.ts';
import { ask } from '../replay/commands.ts';
import { openDevice } from '../replay/device.ts';
import { type HubProcess, startHub } from '../replay/hub-process.ts';
import { letIn } from '../replay/letting-in.ts';
import { type Ended, runCommand } from '../testing/run-command.ts';
import { type AttentionEntry, findEntries, findWaiting, type Waiting } from './ask.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-attention-'));
let hub: HubProcess;

const run = (...args: string[]): Promise<Ended> =>
  runCommand(...args, '--data', hub.dataFolder, '--hub', hub.address);
async function lists(): Promise<{ waiting: Waiting[]; entries: AttentionEntry[] }> {
  const { stdout } = await run('attention', '--json');
  return JSON.parse(stdout) as { waiting: Waiting[]; entries: AttentionEntry[] };
}

beforeAll(async () => {
  hub = await startHub(path.join(folder, 'data'));
});
afterAll(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function deliverFromLostTablet(name = 'Lost', order = 'late'): Promise<void> {
  const { code } = await openPairingWindow(hub, { role: 'entry', name });
  const identity = await letIn(hub.address, code);
  await run('revoke', identity.device);
  const { client } = await openDevice({
    name,
    hub: hub.address,
    letIn: () => Promise.resolve(identity),
  });
  const { letter } = identity;
  const given = [ask.openOrder(order, letter, 4), ask.takePayment(order, 950)];
  const outcomes = given.map((one) => client.give(one.name, one.args).accepted);
  for (const { outcome } of await Promise.all(outcomes)) expect(outcome).toBe('deferred');
  await client.close();
}

it('says that nothing waits for a person', async () => {
  const { code, stdout } = await run('attention');
  expect([code, stdout]).toEqual([0, 'Nothing waits for a person.\n']);
  expect(await lists()).toEqual({ waiting: [], entries: [] });
  expect((await run('dismiss', '--all')).stdout).toBe('Nothing was on the list.\n');
});

it('settles what a lost tablet delivered, and its money is in the export of the day', async () => {
  await deliverFromLostTablet();
  const { waiting } = await lists();
  const [opened, paid] = waiting.map(({ seq }) => String(seq));
  if (opened === undefined || paid === undefined) throw new Error('nothing waits');
  const { stdout } = await run('attention');
  expect(stdout).toMatch(
    /^Waits for a decision, the oldest first:\n {2}place +when +device +order/,
  );
  expect(stdout).toMatch(/ A Lost +A4 +open order A4 +Lost was revoked/);
  expect(stdout).toMatch(/ A Lost +A4 +take 950 in cash/);
  expect(stdout).toContain(`decide ${opened} ${paid} --apply`);

  const early = await run('dismiss', opened);
  expect(early.stderr).toMatch(/still waits[^]*First decide/);
  expect(early.code).toBe(1);
  // Typed in the wrong order, carried out in the right one.
  const { code, stdout: said } = await run('decide', paid, opened, '--apply');
  expect(said.split('\n').slice(0, 2)).toEqual([
    `${opened}, "open order A4" (A4, A Lost), is carried out.`,
    `${paid}, "take 950 in cash" (A4, A Lost), is carried out.`,
  ]);
  expect(code).toBe(0);

  const again = await run('decide', opened, '--drop');
  expect(again.stdout).toContain('was carried out before, and that stays.');
  expect(again.code).toBe(1);
  expect((await run('decide', opened, '--apply')).code).toBe(0);

  const { stdout: listed } = await run('orders', '--json');
  const { orders } = JSON.parse(listed) as { orders: { openedDay: string }[] };
  const out = path.join(folder, 'day.csv');
  await run('export', '--day', orders[0]?.openedDay ?? '', '--out', out);
  expect(readFileSync(out, 'utf8')).toMatch(/^payment,late,p1,A4,.*,cash,950,/m);
});

it('empties the list of what somebody dealt with', async () => {
  const { entries } = await lists();
  expect(entries.length).toBeGreaterThan(0);
  expect((await run('attention')).stdout).toMatch(/^To look at[^]*carried out[^]*dismiss \d+\n$/);
  expect((await run('dismiss', String(entries[0]?.seq))).stdout).toMatch(/taken off the list/);
  expect((await run('dismiss', '--all')).code).toBe(0);
  expect(await lists()).toEqual({ waiting: [], entries: [] });
});

it('settles all of one device at once', async () => {
  await deliverFromLostTablet('Second', 'later');
  expect((await run('attention')).stdout).toMatch(/decide \d+ \d+ --drop/);
  const { code, stdout } = await run('decide', '--device', 'second', '--drop');
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/"open order B4" \(B4, B Second\), is dropped\.$/),
    expect.stringMatching(/"take 950 in cash" \(B4, B Second\), is dropped\.$/),
  ]);
  expect(code).toBe(0);
  const none = await run('decide', '--device', 'second', '--drop');
  expect(none.stderr).toMatch(/^Nothing of "second" waits for a decision\.\nLook at the list/);
});

it.each([
  [['decide', '--drop'], /^What is decided on\?\nSay which places, or --device/],
  [['decide', '1'], /^Is it carried out or dropped\?\nSay either/],
  [
    ['decide', '999999', '--apply'],
    /^There is nothing on the list at "999999"[^]*\nLook at the list/,
  ],
  [['dismiss'], /^What is taken off the list\?\nSay which places, or --all/],
  [['dismiss', '1', 'nobody'], /^There is nothing on the list at "1"/],
])('refuses with a sentence what cannot be meant: %j', async (typed, said) => {
  const { code, stdout, stderr } = await run(...typed);
  expect(stderr).toMatch(said);
  expect([code, stdout]).toEqual([2, '']);
});

it('takes digits for a place on the list, whatever id a device gave its command', () => {
  const what = { name: 'payment.take', code: 'REVOKED', kind: 'deferred' };
  const by = { device: 'd', name: 'Lost' };
  const foreign = { ...what, by, id: '13', entry: '13', seq: 12 };
  const meant = { ...what, by, id: 'c2', entry: 'e2', seq: 13 };
  expect(findWaiting([foreign, meant], [], '13')).toBe(meant);
  expect(findEntries([foreign, meant], '13')).toEqual([meant]);
  expect(findWaiting([foreign, meant], [], 'c2')).toBe(meant);
  expect(() => findWaiting([foreign], [], '13')).toThrow('nothing on the list at "13"');
});
