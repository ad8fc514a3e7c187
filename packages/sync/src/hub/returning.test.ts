import * as z from 'zod/mini';
import { expect, it } from 'vitest';

import type { Domain, Mutator, View } from '../domain.ts';
import type { JsonObject } from '../json.ts';
import { notesDomain } from '../testing/notes-domain.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';

const add = (device: RigDevice, by: number): string => device.mutate('tally.add', { id: 't', by });
const write = (device: RigDevice, id: string): string =>
  device.mutate('note.write', { id, text: 'hello' });

function body(rig: Rig, key: string): JsonObject | undefined {
  return rig.hub.status.rows.find(key)?.body;
}

function attention(rig: Rig): string[] {
  const entries = [...rig.hub.status.rows.values()].filter(({ key }) =>
    key.startsWith('attention/'),
  );
  return entries.map(({ body: entry }) => `${entry['id'] as string} ${entry['code'] as string}`);
}

function decide(manager: RigDevice, id: string): void {
  manager.mutate('deferred.decide', { id, apply: true });
  manager.rig.settle();
}

it('says FORBIDDEN to whoever lost a right while away, and keeps the facts [D4] [scenario 41]', () => {
  const rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('m', 'manager');
  const tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  tablet.cut();
  const note = write(tablet, 'x');
  const fact = add(tablet, 7);
  expect(tablet.shows('note/x')).toBeDefined();

  const { mutators } = notesDomain();
  const forManagers = (name: string): Mutator => ({ ...mutators.get(name)!, roles: ['manager'] });
  const narrowed = [forManagers('note.write'), forManagers('tally.add')];
  rig.restart(notesDomain({ mutators: narrowed }));
  tablet.connect();
  rig.settle();
  expect(tablet.statuses.get(note)).toMatchObject({
    answered: { outcome: 'rejected', code: 'FORBIDDEN' },
  });
  expect(tablet.statuses.get(fact)).toMatchObject({
    answered: { outcome: 'deferred', code: 'FORBIDDEN' },
  });
  expect(tablet.shows('note/x')).toBeUndefined();
  expect(attention(rig)).toEqual([`${note} FORBIDDEN`, `${fact} FORBIDDEN`]);

  decide(new RigDevice(rig, 'm').connect(), fact);
  expect(body(rig, 'tally/t')).toEqual({ sum: 7 });
  expect(tablet.shows('tally/t')).toEqual({ sum: 7 });
});

it('loses nothing of a device that was revoked and joined again as another [D5] [scenario 42]', () => {
  const rig = new Rig();
  rig.pair('a', 'entry');
  const tablet = new RigDevice(rig, 'a').connect();
  add(tablet, 1);
  rig.settle();
  tablet.cut();
  const queued = [add(tablet, 2), write(tablet, 'x'), add(tablet, 4)];
  rig.own('revoke:a', 'device.revoke', { device: 'a' });
  rig.pair('b', 'manager');
  const joined = new RigDevice(rig, 'b').connect();
  add(joined, 8);
  rig.settle();

  // The same tablet: what it held is delivered under the identity that it was given under.
  tablet.connect();
  rig.settle();
  expect(tablet.replica.status.unanswered).toBe(0);
  expect(rig.log.filter(({ device }) => device === 'a').map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  expect(attention(rig)).toEqual(queued.map((id) => `${id} REVOKED`));
  expect(body(rig, 'tally/t')).toEqual({ sum: 9 });
  expect(body(rig, 'note/x')).toBeUndefined();

  for (const id of queued) decide(joined, id);
  expect(body(rig, 'tally/t')).toEqual({ sum: 15 });
  expect(body(rig, 'note/x')?.['by']).toBe('a');
  expect(joined.shows('tally/t')).toEqual({ sum: 15 });
});

it('keeps what a newer build gave while the hub is an older one, until it is updated again [D3] [scenario 44]', () => {
  const { mutators } = notesDomain();
  const sing: Mutator<{ id: string }> = {
    ...mutators.get('note.write')!,
    name: 'note.sing',
    v: 1,
    schema: z.strictObject({ id: text }),
    subject: (args) => `board:${args.id}`,
    run: (rows, args) =>
      rows.put(`note/${args.id}`, `board:${args.id}`, { text: 'la' }) as undefined,
  };
  const newer = notesDomain({ mutators: [sing] });
  const rig = new Rig(newer);
  rig.pair('a', 'entry');
  const tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  tablet.cut();
  const sung = tablet.mutate('note.sing', { id: 'x' });

  rig.restart(notesDomain());
  tablet.connect();
  rig.settle();
  const answered = (id: string) => tablet.statuses.get(id);
  expect(answered(sung)).toMatchObject({
    answered: { outcome: 'deferred', code: 'UNKNOWN_COMMAND' },
  });
  add(tablet, 1);
  rig.settle();
  expect(body(rig, 'tally/t')).toEqual({ sum: 1 });

  rig.restart(newer);
  tablet.connect();
  rig.settle();
  expect(answered(sung)).toMatchObject({ answered: { outcome: 'ok' } });
  expect(tablet.shows('note/x')).toEqual({ text: 'la' });
});

const text = z.string();
const whole = (edition: number): View => ({
  projection: `all ${edition}`,
  kinds: new Set(['note', 'tally', 'attention', 'device']),
  project: (row) => ({ ...row.body, edition }),
});

/** Two builds ago a note was written with `note` for its id; by now it has a tone as well. */
function builds(): { before: Domain; now: Domain } {
  const { mutators } = notesDomain();
  const before: Mutator<{ note: string; text: string }> = {
    ...mutators.get('note.write')!,
    v: 1,
    schema: z.strictObject({ note: text, text }),
    subject: (args) => `board:${args.note}`,
    run(rows, args, { device }) {
      rows.put(`note/${args.note}`, `board:${args.note}`, { text: args.text, by: device });
      return undefined;
    },
  };
  const now: Mutator<{ id: string; text: string; tone: string }> = {
    ...mutators.get('note.write')!,
    v: 3,
    schema: z.strictObject({ id: text, text, tone: text }),
    subject: (args) => `board:${args.id}`,
    run(rows, args, { device }) {
      const shape = { said: { text: args.text, tone: args.tone }, by: device };
      rows.put(`note/${args.id}`, `board:${args.id}`, shape);
      return undefined;
    },
  };
  const updated = notesDomain({
    mutators: [now],
    views: [['everything', whole(3)]],
  });
  return {
    before: notesDomain({
      mutators: [before],
      views: [['everything', whole(1)]],
    }),
    now: {
      ...updated,
      upcast(name, v, args) {
        if (name !== 'note.write' || v < 1 || v > 2) return undefined;
        const { note, id = note, ...rest } = args as Record<string, string>;
        return { id: id ?? '', ...rest, tone: 'plain' };
      },
    },
  };
}

it.each([
  ['goes on with the page it has', false],
  ['reloads before it has delivered', true],
])(
  'takes all that a device two builds old had queued when it %s [V1] [scenario 43]',
  (_what, reloadsFirst) => {
    const { before, now } = builds();
    const rig = new Rig(before);
    rig.pair('a', 'entry');
    const tablet = new RigDevice(rig, 'a').connect();
    tablet.mutate('note.write', { note: 'x1', text: 'one' });
    rig.settle();
    tablet.cut();
    const queued = ['x2', 'x3'].map((note) => tablet.mutate('note.write', { note, text: 'two' }));
    const fact = add(tablet, 7);

    rig.restart(now);
    if (reloadsFirst) tablet.restart();
    tablet.connect();
    rig.settle();
    for (const id of [...queued, fact]) {
      expect(tablet.statuses.get(id)).toMatchObject({ answered: { outcome: 'ok' } });
    }
    // Nothing is left behind when the page is loaded anew, and everything has the new shape there.
    expect(tablet.replica.status.unanswered).toBe(0);
    tablet.restart().connect();
    rig.settle();
    const shape = { said: { text: 'two', tone: 'plain' }, by: 'a', edition: 3 };
    for (const id of ['x2', 'x3']) expect(tablet.shows(`note/${id}`)).toEqual(shape);
    expect(tablet.shows('note/x1')).toEqual({ text: 'one', by: 'a', edition: 3 });
    expect(tablet.shows('tally/t')).toEqual({ sum: 7, edition: 3 });
    expect(rig.log.filter(({ device }) => device === 'a').map(({ n }) => n)).toEqual([1, 2, 3, 4]);
    expect(attention(rig)).toEqual([]);
  },
);
