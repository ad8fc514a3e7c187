// What is looked at once on each device, when a run is over: nothing of it waits, and its rows and its
// screen are what the hub decided. One that the hub put away or shut out has delivered all it had.

import { type At, type Domain, rowsHash } from '@pos-sync/sync';
import type { DeviceNode } from './device-node.ts';
import { Broken } from './invariants.ts';
import type { Oracle } from './oracle.ts';
import { simHash } from './ports.ts';

interface LastLook {
  readonly node: DeviceNode;
  /** Where the hub stands. */
  readonly at: At;
  readonly domain: Domain;
  readonly oracle: Oracle;
}

export function checkDevice(look: LastLook): void {
  const { node, at, oracle } = look;
  const { keptOut, unanswered = 0 } = node.replica?.status ?? {};
  // A device's own word counts only where the hub's row of it says so too.
  if (keptOut !== undefined && oracle.isKeptOut(node.paired.device)) {
    if (unanswered > 0) throw new Broken('live', `${node.name} left and holds ${unanswered}`);
    oracle.left.add(node.name);
    return;
  }
  const problem = node.settled(at.seq);
  if (problem !== undefined) throw new Broken('live', `${node.name} ${problem}`);
  compare(look);
}

/** The exact comparison, by the engine's own strong hash. */
function compare({ node, at, domain, oracle }: LastLook): void {
  const replica = node.replica!;
  const view = domain.views.get(node.viewName)!;
  const held = rowsHash(simHash, replica.confirmed.values());
  const shown = rowsHash(simHash, oracle.rowsOf(node.viewName, view));
  if (held !== shown) throw new Broken('I5', `${node.name} ends with other rows than the hub`);
  oracle.showsAll({
    name: node.name,
    kinds: view.kinds,
    find: (key) => (replica.isUnknownToHub(key) ? replica.confirmed : replica).find(key),
    rows: [...replica.rows()].filter(({ key }) => !replica.isUnknownToHub(key)),
  });
  if (replica.status.at!.chain !== at.chain) throw new Broken('I4', 'another chain');
}
