import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { type Crew, openCrew, settled } from './crew.ts';
import { attentionOf, judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { copyStore, putBack, witnessedSeq } from './old-copy.ts';
import { serve } from './service.ts';
import { openStandingHub } from './standing-hub.ts';
import { until } from './until.ts';

const devices = 50;
/** All of them together have up to this many times `devices` commands under way. */
const unansweredMax = 6;
const atWork = 1_500;
const patienceMs = 120_000;

it(
  `brings everything back while ${devices} devices never stop giving commands [scenario 21]`,
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'crowd-'));
    const copy = path.join(folder, 'copy');
    for (const name of ['devices', 'copy']) mkdirSync(path.join(folder, name));
    const hub = await openStandingHub(path.join(folder, 'data'));
    let crew: Crew | undefined;
    try {
      const ledger = new Ledger();
      crew = await openCrew(hub, path.join(folder, 'devices'), ledger, devices - 1);
      const answered = (more: number): Promise<number> => {
        const enough = ledger.answered + more;
        return until('enough outcomes', () => ledger.answered >= enough, patienceMs);
      };
      const service = serve(crew.devices, { unansweredMax, name: 'crowd' });
      await answered(atWork);
      await hub.end('SIGKILL');
      copyStore(hub.dataFolder, copy);
      const copied = readKept(copy);
      await hub.start();
      await answered(atWork);
      const knowsMore = (): boolean => witnessedSeq(hub.dataFolder) > copied.seq;
      await until('a sidecar that knows more', knowsMore, patienceMs);
      expect(crew.waiting()).toBeGreaterThan(devices / 2);
      await hub.end('SIGKILL');
      putBack(copy, hub.dataFolder);
      await hub.start();
      await answered(atWork);
      await service.stop();
      await settled(crew, patienceMs);
      await hub.end('SIGTERM');
      const kept = readKept(hub.dataFolder);
      expect(judge(kept, ledger, crew)).toEqual([]);
      expect(attentionOf(kept)).toEqual([]);
      expect(kept.epoch.number).toBe(copied.epoch.number + 1);
      expect(kept.seq).toBeGreaterThan(copied.seq + 2 * atWork);
    } finally {
      await hub.end('SIGKILL');
      await crew?.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  4 * patienceMs,
);
