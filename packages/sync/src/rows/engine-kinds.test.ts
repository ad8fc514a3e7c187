import { expect, it } from 'vitest';
import * as z from 'zod/mini';

import type { Mutator } from '../domain.ts';
import { notesDomain } from '../testing/notes-domain.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { engineKinds } from './engine-kinds.ts';

const schema = z.strictObject({ id: z.string(), key: z.string(), removes: z.boolean() });
const trespass: Mutator<z.infer<typeof schema>> = {
  name: 'note.trespass',
  v: 1,
  kind: 'fact',
  roles: ['entry'],
  schema,
  subject: ({ id }) => `board:${id}`,
  run(rows, { id, key, removes }) {
    rows.put(`note/${id}`, `board:${id}`, { text: 'half done' });
    if (removes) rows.remove(key);
    else rows.put(key, `board:${id}`, {});
    return undefined;
  },
};

function start(): { rig: Rig; waiter: RigDevice } {
  const rig = new Rig(notesDomain({ mutators: [trespass] }));
  rig.pair('w', 'entry');
  const waiter = new RigDevice(rig, 'w').connect();
  rig.settle();
  return { rig, waiter };
}

it.each([...engineKinds])('lets no command of a domain write a row of the kind %s [D2]', (kind) => {
  const { rig, waiter } = start();
  const id = waiter.mutate('note.trespass', { id: 'x', key: `${kind}/x`, removes: false });
  expect(waiter.shows('note/x')).toBeUndefined();
  rig.settle();
  const status = waiter.statuses.get(id);
  const answered = status?.at === 'answered' ? status.answered : undefined;
  expect(answered?.outcome).toBe('deferred');
  expect(answered?.message).toContain(
    `rows of the kind "${kind}" are the engine's own; give ${kind}/x another kind`,
  );
  expect(rig.hub.status.rows.find(`${kind}/x`)).toBeUndefined();
  expect(rig.hub.status.rows.find('note/x')).toBeUndefined();
});

it('lets no command of a domain remove a device [D2]', () => {
  const { rig, waiter } = start();
  const id = waiter.mutate('note.trespass', { id: 'x', key: 'device/w', removes: true });
  rig.settle();
  expect(waiter.statuses.get(id)).toMatchObject({ answered: { outcome: 'deferred' } });
  expect(rig.hub.status.rows.find('device/w')).toBeDefined();
});
