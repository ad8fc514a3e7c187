// The disk under a real hub is full, or fails: orders wait on the devices, everything else goes on,
// and nothing is lost. The test must be root, to mount disks of its own.

import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

import { openCrew, openWatcher, settled } from './crew.ts';
import { runToEnd } from './hub-process.ts';
import { judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { serveOrders } from './service.ts';
import { onFailingDisk, onSmallDisk } from './small-disk.ts';
import { hubCommand, openStandingHub } from './standing-hub.ts';
import { pause, until } from './until.ts';

const entries = 3;
const resumesWithinMs = 5_000;
const stuckMs = 3_000;
const patienceMs = 20_000;

it('takes nothing on a full disk, goes on by itself within 5 seconds of room [scenario 13]', () =>
  onSmallDisk(async ({ folder, beside, fillUp, makeRoom }) => {
    mkdirSync(path.join(beside, 'devices'));
    const hub = await openStandingHub(path.join(folder, 'data'));
    let hasEnded = false;
    void hub.ended.then(() => (hasEnded = true));
    const ledger = new Ledger();
    const crew = await openCrew(hub, path.join(beside, 'devices'), ledger, entries);
    const watcher = await openWatcher(hub);
    try {
      await serveOrders(crew.devices, 'before', 2);
      await settled(crew);

      fillUp();
      await serveOrders(crew.devices, 'full', 5);
      await until('a busy hub', () => crew.busy() > crew.devices.length, patienceMs);
      const [answered, busy, fromMs] = [ledger.answered, crew.busy(), Date.now()];
      await pause(stuckMs);
      // Tried again and again, and nothing is answered that is not kept.
      expect(crew.busy()).toBeGreaterThan(busy);
      expect(ledger.answered).toBe(answered);
      expect(crew.waiting()).toBe(ledger.unanswered().length);
      const reader = await watcher.open();
      await until('rows on a new screen', () => reader.connection.isLive, patienceMs);
      expect([...reader.rows()].length).toBeGreaterThan(0);
      const clients = [reader, ...crew.devices.map(({ client }) => client)];
      const heard = (): boolean =>
        clients.every(({ connection }) => (connection.lastHeardMs ?? 0) > fromMs + stuckMs);
      await until('a sign of life on every device', heard, patienceMs);
      expect(clients.map(({ connection }) => connection.state)).not.toContain('alone');
      expect((await hub.health()).status).not.toBe('failing');
      expect(crew.waiting()).toBeGreaterThan(0);

      makeRoom();
      await until('every outcome', () => crew.waiting() === 0, resumesWithinMs);
      await settled(crew);
      expect(hasEnded).toBe(false);
      expect((await hub.end('SIGTERM'))?.code).toBe(0);
      expect(judge(readKept(hub.dataFolder), ledger, crew)).toEqual([]);
    } finally {
      await watcher.close();
      await crew.close();
      await hub.end('SIGKILL');
    }
  }));

it('leaves with code 75 from a disk that became read-only, says why, loses nothing [scenario 13]', () =>
  onFailingDisk(async ({ folder, beside, fail, repair }) => {
    mkdirSync(path.join(beside, 'devices'));
    const hub = await openStandingHub(path.join(folder, 'data'));
    const ledger = new Ledger();
    const crew = await openCrew(hub, path.join(beside, 'devices'), ledger, entries);
    try {
      await serveOrders(crew.devices, 'before', 2);
      await settled(crew);

      fail();
      await serveOrders(crew.devices, 'failing', 2);
      expect(await Promise.race([hub.ended, pause(patienceMs)])).toEqual({
        code: 75,
        signal: null,
      });
      await hub.end('SIGKILL');
      expect(crew.waiting()).toBe(ledger.unanswered().length);
      expect(crew.waiting()).toBeGreaterThan(0);
      const { code, said } = await runToEnd({
        command: hubCommand(hub.dataFolder),
        folder: beside,
      });
      expect(said).toContain('The hub may read');
      expect(said).toContain('it is failing: copy the folder to another one');
      expect(said).not.toContain('    at ');
      expect(code).toBe(1);

      repair();
      await hub.start();
      await settled(crew);
      expect((await hub.end('SIGTERM'))?.code).toBe(0);
      expect(judge(readKept(hub.dataFolder), ledger, crew)).toEqual([]);
    } finally {
      await crew.close();
      await hub.end('SIGKILL');
    }
  }));
