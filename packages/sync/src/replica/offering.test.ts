import { expect, it } from 'vitest';

import type { Down } from '../protocol/down.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';

/** Lets one frame through at a time and looks at a row after each of one type. */
function shownAfter(type: Down['type'], device: RigDevice, key: string): unknown[] {
  const shown: unknown[] = [];
  for (let text: string | undefined = ''; text !== undefined;) {
    const wire = device.wire!;
    for (const up of wire.up.splice(0)) {
      device.rig.step({ type: 'received', socket: wire.socket, text: up });
    }
    text = wire.down.shift();
    if (text === undefined) break;
    wire.end.received(text);
    if ((JSON.parse(text) as Down).type === type) shown.push(device.shows(key));
  }
  return shown;
}

it('shows what was deferred in the lost history as soon as it is ok in the new one [R4]', () => {
  const rig = new Rig();
  rig.pair('w', 'entry');
  rig.pair('m', 'manager');
  const waiter = new RigDevice(rig, 'w').connect();
  const manager = new RigDevice(rig, 'm').connect();
  rig.settle();
  const old = rig.store.clone();
  manager.mutate('tally.add', { id: 'a', by: 50 });
  rig.settle();
  const late = waiter.mutate('tally.add', { id: 'a', by: 60 });
  rig.settle(1_500);
  expect(waiter.statuses.get(late)).toMatchObject({ answered: { outcome: 'deferred' } });
  waiter.cut();
  manager.cut();

  // The one that filled the tally stays away, and the other one comes when recovery is over.
  rig.restore(old, true);
  rig.settle(40_000);
  waiter.step({ type: 'nudged' });
  expect(shownAfter('outcomes', waiter, 'tally/a')).toEqual([{ sum: 60 }]);
});
