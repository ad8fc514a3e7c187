// Commands that the hub gives itself. They wait in the same queue and lie in the same log.

import { engineCommandVersion } from '../command/engine-commands.ts';
import type { JsonObject } from '../json.ts';
import type { Command } from '../protocol/command.ts';
import { type HubState, hubTimeMs } from './state.ts';

/** A command of the hub itself: same queue, same log. A known id is a no-op. */
export function giveOwn(state: HubState, id: string, name: string, args: JsonObject): void {
  const { hub } = state.config;
  if (isUnderWay(state, id)) return;
  state.ownN += 1;
  const madeAt = hubTimeMs(state);
  const command: Command = {
    n: state.ownN,
    id,
    name,
    v: state.config.domain.mutators.get(name)?.v ?? engineCommandVersion,
    args,
    madeAt,
    base: state.at.seq,
  };
  state.queue.push({ session: undefined, device: hub, command });
  wake(state);
}

function isUnderWay(state: HubState, id: string): boolean {
  const taken = state.work.step === 'idle' ? [] : state.work.taken;
  return [...taken, ...state.queue].some((waiting) => waiting.command.id === id);
}

export function wake(state: HubState): void {
  if (state.work.step === 'idle') state.effects.push({ type: 'wake' });
}
