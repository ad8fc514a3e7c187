// An old copy of the orders is put back while devices are there: the hub notices by itself, starts
// a new epoch, and the devices bring back what the copy lacks.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { type Crew, openCrew, settled } from './crew.ts';
import { attentionOf, judge, type Kept, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { copyStore, putBack, witnessedSeq } from './old-copy.ts';
import { serveOrders } from './service.ts';
import { openStandingHub, type StandingHub } from './standing-hub.ts';
import { until } from './until.ts';

const entries = 3;
const healedWithinMs = 60_000;
const testMs = 180_000;

interface Restore {
  readonly signal: NodeJS.Signals;
  /** Files of the data folder that are gone as well. */
  readonly lost: readonly string[];
}

interface Healed {
  readonly findings: readonly string[];
  readonly attention: readonly string[];
  readonly kept: Kept;
  readonly copied: Kept;
  /** From the start of the hub on the old copy until all devices were equal. */
  readonly tookMs: number;
}

it(
  'brings everything back after an old copy, noticed by the sidecar [scenario 16]',
  async () => {
    const healed = await restore({ signal: 'SIGKILL', lost: [] });
    expectAllIsBack(healed);
    expect(healed.attention).toEqual([]);
  },
  testMs,
);

it(
  'brings everything back when the sidecar is lost too: devices know more [scenario 20]',
  async () => {
    const healed = await restore({ signal: 'SIGTERM', lost: ['sidecar.json'] });
    expectAllIsBack(healed);
    expect(healed.attention).toEqual([]);
  },
  testMs,
);

it(
  'brings everything back when the key of the stamps is lost as well [scenario 20]',
  async () => {
    const healed = await restore({ signal: 'SIGKILL', lost: ['sidecar.json', 'stamp.key'] });
    expectAllIsBack(healed);
    // No device can prove any more what it saw, and people are told once about each.
    expect(healed.attention).toHaveLength(entries + 1);
    for (const line of healed.attention) expect(line).toContain('STRANGE_HISTORY');
  },
  testMs,
);

function expectAllIsBack({ findings, kept, copied, tookMs }: Healed): void {
  expect(findings).toEqual([]);
  expect(kept.epoch.number).toBe(copied.epoch.number + 1);
  expect(tookMs).toBeLessThan(healedWithinMs);
}

async function restore(how: Restore): Promise<Healed> {
  const folder = mkdtempSync(path.join(tmpdir(), 'restore-'));
  for (const name of ['devices', 'copy']) mkdirSync(path.join(folder, name));
  const hub = await openStandingHub(path.join(folder, 'data'));
  let crew: Crew | undefined;
  try {
    const ledger = new Ledger();
    crew = await openCrew(hub, path.join(folder, 'devices'), ledger, entries);
    await serveOrders(crew.devices, 'before', 3);
    await settled(crew);
    await hub.end('SIGTERM');
    copyStore(hub.dataFolder, path.join(folder, 'copy'));
    const copied = readKept(path.join(folder, 'copy'));
    await hub.start();
    await goBack({ hub, crew, copied, copy: path.join(folder, 'copy'), how });
    await serveOrders(crew.devices, 'alone', 2);
    const startedMs = performance.now();
    await hub.start();
    await settled(crew, healedWithinMs);
    const tookMs = performance.now() - startedMs;
    await hub.end('SIGTERM');
    const kept = readKept(hub.dataFolder);
    const findings = judge(kept, ledger, crew);
    return { findings, attention: attentionOf(kept), kept, copied, tookMs };
  } finally {
    await hub.end('SIGKILL');
    await crew?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Back {
  readonly hub: StandingHub;
  readonly crew: Crew;
  readonly copied: Kept;
  readonly copy: string;
  readonly how: Restore;
}

/** The shop goes on after the copy, ends with commands unanswered, and finds the copy in its place. */
async function goBack({ hub, crew, copied, copy, how }: Back): Promise<void> {
  await serveOrders(crew.devices, 'after', 4);
  await settled(crew);
  const knowsMore = (): boolean => witnessedSeq(hub.dataFolder) > copied.seq;
  await until('a sidecar that knows more', knowsMore, 10_000);
  const last = serveOrders(crew.devices, 'last', 2);
  await until('an unanswered command', () => crew.waiting() > 0, 10_000);
  await hub.end(how.signal);
  await last;
  putBack(copy, hub.dataFolder);
  for (const name of how.lost) rmSync(path.join(hub.dataFolder, name));
}
