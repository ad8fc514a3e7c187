// Bugs of the hub that the simulator has to find.

import type { PlantedBug } from './bugs.ts';

export const hubBugs: readonly PlantedBug[] = [
  {
    name: 'answer before commit',
    swarm: 'slow-disk',
    foundBy: ['I1'],
    edits: [
      {
        file: 'packages/sync/src/hub/queue.ts',
        find: "  state.work = { step: 'committing', batch, taken, answers };\n",
        replace:
          "  state.work = { step: 'committing', batch, taken, answers };\n" +
          '  answer(state, batch, answers);\n',
      },
    ],
  },
  {
    name: 'no dedupe',
    swarm: 'hub-crashes',
    foundBy: ['I2'],
    edits: [
      {
        file: 'packages/sync/src/hub/batch.ts',
        find: 'const known = this.known.find(command.id);',
        replace: 'const known = undefined as Known | undefined;',
      },
      {
        file: 'packages/sync/src/hub/batch.ts',
        find: 'const slotId = this.known.idAt(device, command.n);',
        replace: 'const slotId = undefined as string | undefined;',
      },
    ],
  },
  {
    name: 'no gap check',
    swarm: 'foul-weather',
    foundBy: ['O3', 'I7'],
    edits: [
      {
        file: 'packages/sync/src/hub/batch.ts',
        find: "if (command.answered === undefined) return { kind: 'gap', from: lastN + 1 };",
        replace: '',
      },
    ],
  },
  {
    name: 'cursor by time',
    swarm: 'slow-readers',
    foundBy: ['I5'],
    edits: [
      {
        file: 'packages/sync/src/hub/queue.ts',
        find: '      state.rows.put(write);\n',
        replace:
          '      state.rows.put(Object.assign(write, { atMs: Math.floor(state.now.monoMs / 50) }));\n',
      },
      {
        file: 'packages/sync/src/hub/catch-up.ts',
        find: '  for (const row of state.rows.values()) {\n',
        replace:
          '  const timeOf = (row?: object): number => (row as { atMs: number } | undefined)?.atMs ?? -1;\n' +
          '  const cursor = timeOf([...state.rows.values()].find((row) => row.seq === since));\n' +
          '  for (const row of state.rows.values()) {\n' +
          '    if (cursor >= 0 && timeOf(row) >= 0 && timeOf(row) <= cursor) continue;\n',
      },
    ],
  },
  {
    name: 'catch-up lastN not as of its rows',
    swarm: 'slow-disk',
    foundBy: ['O1', 'I7'],
    edits: [
      {
        file: 'packages/sync/src/hub/catch-up.ts',
        find: 'const lastN = Object.fromEntries(state.lastN);',
        replace:
          "const ahead = state.work.step === 'committing' ? state.work.batch.lastN : [];\n" +
          '  const lastN = Object.fromEntries([...state.lastN, ...ahead]);',
      },
    ],
  },
  {
    name: 'a telling to some moves from',
    swarm: 'calm',
    foundBy: ['calm'],
    edits: [
      {
        file: 'packages/sync/src/hub/telling.ts',
        find: 'if (!isEmpty) view.from = state.at.seq;',
        replace: 'view.from = state.at.seq;',
      },
    ],
  },
  {
    name: 'a heartbeat adopted while behind',
    swarm: 'slow-readers',
    foundBy: ['I5'],
    edits: [
      {
        file: 'packages/sync/src/hub/beat.ts',
        find: "    session.mode === 'live' && session.view?.dirty.size === 0",
        replace: "    session.mode !== 'pushOnly' && session.view?.dirty.size === 0",
      },
    ],
  },
  {
    name: 'uncommitted row told',
    swarm: 'bad-disk',
    foundBy: ['O4', 'I5'],
    edits: [
      {
        file: 'packages/sync/src/hub/queue.ts',
        find: "  state.effects.push({ type: 'commit', transaction: batch.transaction() });\n",
        replace:
          "  state.effects.push({ type: 'commit', transaction: batch.transaction() });\n" +
          '  for (const write of batch.overlay.writes.values()) {\n' +
          '    if (write !== null) state.rows.put(write);\n' +
          '  }\n',
      },
    ],
  },
  {
    name: 'chain ignored',
    swarm: 'absences',
    foundBy: ['I5'],
    edits: [
      {
        file: 'packages/sync/src/hub/handshake.ts',
        find: 'isPlausible(state, at) && chains.get(at.seq) === at.chain;',
        replace: 'isPlausible(state, at);',
      },
      {
        file: 'packages/sync/src/hub/epoch.ts',
        find: "proof.seq <= state.at.seq && chainThere === proof.chain ? 'fits' : 'impossible';",
        replace: "proof.seq <= state.at.seq || chainThere === proof.chain ? 'fits' : 'impossible';",
      },
    ],
  },
  {
    name: 'no epoch check among what is offered again',
    swarm: 'restores',
    foundBy: ['O11'],
    edits: [
      {
        file: 'packages/sync/src/hub/recovery.ts',
        find:
          '  if (one.epoch.number !== other.epoch.number)\n' +
          '    return one.epoch.number < other.epoch.number ? -1 : 1;\n' +
          '  if (one.epoch.id !== other.epoch.id) return one.epoch.id < other.epoch.id ? -1 : 1;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'view change ignored',
    swarm: 'updates',
    foundBy: ['I5'],
    edits: [
      {
        file: 'packages/sync/src/hub/welcome.ts',
        find: 'message.projection === view.projection;',
        replace: 'message.projection !== undefined && view !== undefined;',
      },
    ],
  },
  {
    name: "safeN from an older epoch's copy",
    swarm: 'copies',
    foundBy: ['I12'],
    edits: [
      {
        file: 'packages/sync/src/hub/beat.ts',
        find: 'return safe.epoch === at.epoch.id ? (safe.lastN.get(device) ?? 0) : 0;',
        replace: 'return at.seq < 0 ? 0 : (safe.lastN.get(device) ?? 0);',
      },
    ],
  },
  {
    name: 'what an update can read is not tried again',
    swarm: 'updates',
    foundBy: ['O9'],
    edits: [
      { file: 'packages/sync/src/hub/hub.ts', find: '    decideReadable(state);\n', replace: '' },
    ],
  },
  {
    name: 'everybody of a role is shut out',
    swarm: 'calm',
    foundBy: ['live'],
    edits: [
      {
        file: 'packages/sync/src/hub/welcome.ts',
        find: 'const standing = standingOf(record);',
        replace: "const standing = record.role === 'kitchen' ? 'retired' : standingOf(record);",
      },
    ],
  },
];
