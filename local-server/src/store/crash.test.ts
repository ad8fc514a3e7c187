import { expect, it } from 'vitest';

import { openReadOnly, openStore } from './open.ts';
import { makeFolder, removeFolder } from './testing/folder.ts';
import { startChild } from './testing/start-child.ts';
import { verify } from './verify.ts';

const kills = 10;

it(
  `keeps every acknowledged commit over ${kills} kills in the middle of commits [fault 1]`,
  { timeout: 60_000 },
  async () => {
    const folder = makeFolder();
    try {
      let acknowledged = 0;
      for (let kill = 1; kill <= kills; kill += 1) {
        const child = startChild('commit', folder);
        await child.said(3 * kill);
        await child.kill();
        acknowledged = Number(child.lines.at(-1));
        const store = openStore('sqlite', folder);
        const image = store.load();
        const entries = store.history(0, acknowledged + 9);
        store.close();
        expect(child.lines.length).toBeGreaterThanOrEqual(3 * kill);
        // One more may have become durable before it could be acknowledged.
        expect([acknowledged, acknowledged + 1]).toContain(image?.head.seq);
        expect(image?.lastN).toEqual(new Map([['tablet', image?.head.seq]]));
        expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
        expect(entries).toHaveLength(image?.head.seq ?? 0);
      }
      const db = openReadOnly(folder);
      expect(verify(db)).toEqual({ ok: true, findings: [] });
      db.close();
    } finally {
      removeFolder(folder);
    }
  },
);
