import { expect, it } from 'vitest';

import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';

/** The ids that the hub itself has tried again since `seq`, in its order. */
function triedSince(rig: Rig, seq: number): string[] {
  const tries = rig.log.filter((entry) => entry.seq > seq && entry.id.startsWith('decide:'));
  return tries.map(({ body }) => (JSON.parse(body) as { args: { id: string } }).args.id);
}

/** Another process that is told that a copy was put back, until its recovery is over. */
function comeBack(rig: Rig, ...devices: readonly RigDevice[]): number {
  const { seq } = rig.hub.status.at;
  rig.restart(rig.domain, { isRestored: true });
  for (let second = 0; second < 45; second += 1) {
    for (const device of devices) device.connect().tick();
    rig.settle(1_000);
  }
  return seq;
}

it('tries what is deferred in the order of its first decision, also what waits for another reason now [D9]', () => {
  const rig = new Rig();
  rig.pair('w', 'entry');
  rig.pair('m', 'manager');
  const waiter = new RigDevice(rig, 'w').connect();
  const manager = new RigDevice(rig, 'm').connect();
  const add = (device: RigDevice, by: number): string => {
    const id = device.mutate('tally.add', { id: 'a', by });
    rig.settle();
    return id;
  };
  add(manager, 50);
  const full = [add(waiter, 60), add(manager, 70)];
  const reasons = (): unknown[] =>
    full.map((id) => rig.hub.status.rows.find(`deferred/${id}`)?.body['code']);
  expect(reasons()).toEqual(['FULL', 'FULL']);

  rig.own('revoke:w', 'device.revoke', { device: 'w' });
  expect(triedSince(rig, comeBack(rig, manager)).slice(0, 2)).toEqual(full);
  expect(reasons()).toEqual(['REVOKED', 'FULL']);
  expect(triedSince(rig, comeBack(rig, manager)).slice(0, 2)).toEqual(full);
});
