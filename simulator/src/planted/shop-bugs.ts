// Bugs of the shop that the simulator has to find: the engine carries out what they decide.

import type { PlantedBug } from './bugs.ts';

export const shopBugs: readonly PlantedBug[] = [
  {
    name: 'a command that answers ok and does nothing',
    swarm: 'calm',
    foundBy: ['I3', 'O4'],
    edits: [
      {
        file: 'packages/shop/src/order/void-line.ts',
        find: "if (line.state === 'voided') return undefined;",
        replace: 'if (line.quantity > 0) return undefined;',
      },
    ],
  },
  {
    name: 'a line that is counted and not there',
    swarm: 'calm',
    foundBy: ['I7', 'O4'],
    edits: [
      {
        file: 'packages/shop/src/order/add-line.ts',
        find: '    rows.put(lineKey(args.order, args.line), args.order, line);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'a payment that is not counted',
    swarm: 'calm',
    foundBy: ['I3'],
    edits: [
      {
        file: 'packages/shop/src/payment/take.ts',
        find: '    putOrder(rows, args.order, order);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'a bump that takes later rounds along',
    swarm: 'calm',
    foundBy: ['O4'],
    edits: [
      {
        file: 'packages/shop/src/ticket/ticket-change.ts',
        find: 'const round = Math.min(roundSeen, ticket.round);',
        replace: 'const round = Math.max(roundSeen, ticket.round);',
      },
    ],
  },
];
