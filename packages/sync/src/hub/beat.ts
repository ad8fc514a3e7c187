// What happens because time passes: views are told, silent sockets end, quiet ones hear a sign of life,
// and the business day turns.

import { engineCommands } from '../command/engine-commands.ts';
import { pingAfterMs, silenceMsMax } from '../protocol/limits.ts';
import { giveOwn } from './give.ts';
import { isNewlyDoubtful } from './hub-clock.ts';
import { work } from './queue.ts';
import { watchRecovery } from './recovery.ts';
import { endBadly, forget } from './session.ts';
import { type HubState, type Open, hubTimeMs, send } from './state.ts';
import { tell } from './telling.ts';
import { witnessSoon } from './witnessing.ts';

const beatEveryMs = 1_000;

export function tick(state: HubState): void {
  const { monoMs } = state.now;
  if (state.tellTimer) tell(state);
  if (monoMs >= state.beatAtMs) {
    state.beatAtMs = monoMs + beatEveryMs;
    beat(state);
  }
  if (!state.stopping) state.effects.push({ type: 'timer', atMonoMs: state.beatAtMs });
}

/** Once a second: who is silent, who has to hear a sign of life, is the day over. */
function beat(state: HubState): void {
  const { monoMs } = state.now;
  for (const session of state.sessions.values()) {
    if (session.phase !== 'open') {
      if (session.phase === 'awaitingHello' && monoMs >= session.untilMonoMs) {
        endBadly(state, session, 'No hello came in time.');
      }
    } else if (monoMs - session.heardAtMs > silenceMsMax) {
      const { socket } = session;
      state.effects.push({ type: 'close', socket, code: 4000, reason: 'SILENT' });
      forget(state, socket);
    } else if (monoMs - session.sentAtMs >= pingAfterMs) {
      const heartbeat = { type: 'heartbeat', ...life(state, session) };
      send(state, [session], JSON.stringify(heartbeat));
    }
  }
  watchRecovery(state);
  turnWhenDue(state);
  witnessSoon(state);
  work(state);
}

/** The business day changes when the domain says so. */
function turnWhenDue(state: HubState): void {
  if (isNewlyDoubtful(state)) {
    const { hub } = state.config;
    giveOwn(state, `clock:${hub}`, engineCommands.doubtClock, {
      wallMs: Math.round(state.now.wallMs),
    });
  }
  const day = state.config.domain.dayOf(hubTimeMs(state));
  if (day <= state.day || state.stopping || state.recovery !== undefined) return;
  if (state.clock.isTurnHeld && state.day !== '') return;
  giveOwn(state, `turn:${day}`, engineCommands.turn, { day });
}

/** What a heartbeat says: how far everything was written to this very socket. */
export function life(state: HubState, session: Open) {
  const isWhole =
    session.mode === 'live' && session.view?.dirty.size === 0 && !state.moved.has(session.device);
  return {
    hubTimeMs: hubTimeMs(state),
    safeN: safeNOf(state, session.device),
    ...(isWhole
      ? { at: state.at, lastN: state.lastN.get(session.device) ?? 0, told: session.told }
      : {}),
  };
}

/** Through which `n` a device's journal is on another medium too, in the present epoch. */
function safeNOf(state: HubState, device: string): number {
  const { safe, at } = state;
  return safe.epoch === at.epoch.id ? (safe.lastN.get(device) ?? 0) : 0;
}
