import { describe, expect, it } from 'vitest';
import type { HubCommand } from '@pos-sync/sync';
import type { LineRow } from '../order/line-row.ts';
import { createFloor, type Floor } from '../testing/floor.ts';
import {
  add,
  addBeer,
  change,
  fillMenu,
  giveAll,
  mark,
  open,
  orderOf,
  permutations,
  send,
  ticketOf,
  voidLine,
} from '../testing/orders.ts';

function sentFloor(): Floor {
  const floor = createFloor();
  fillMenu(floor);
  giveAll(floor, [open(), add('l1'), addBeer('l2'), send()]);
  return floor;
}

const madeOf = (floor: Floor): readonly string[] =>
  ticketOf(floor).lines.map((line) => {
    const what = `${line.line}: ${line.quantity} in round ${line.round}`;
    return line.voided ? `${what}, voided` : what;
  });

describe('sending', () => {
  it('makes one ticket for each station, and none for what nobody has to make', () => {
    const floor = sentFloor();
    expect(ticketOf(floor)).toMatchObject({ number: 'B1', round: 1, state: 'queued' });
    expect(ticketOf(floor, 'o1.bar').lines).toHaveLength(1);
    giveAll(floor, [add('l3', 't1', { item: 'card', shownMinor: 250 }), send()]);
    expect([...floor.rows.keys()].filter((key) => key.startsWith('ticket/'))).toHaveLength(2);
    expect((floor.body('line/o1.l3') as LineRow | undefined)?.state).toBe('sent');
  });

  it('sends only what was not sent, and pressing it twice does no harm', () => {
    const floor = sentFloor();
    expect(floor.give(send('tablet-2'))).toMatchObject({ refusal: undefined, put: [] });
    giveAll(floor, [add('l3'), send()]);
    expect(madeOf(floor)).toEqual(['l1: 1 in round 1', 'l3: 1 in round 2']);
    expect(ticketOf(floor, 'o1.bar').round).toBe(1);
    expect(orderOf(floor).round).toBe(2);
  });

  it('opens a new round after a bump, without what was bumped', () => {
    const floor = sentFloor();
    giveAll(floor, [mark('bump'), add('l3'), send()]);
    expect(ticketOf(floor)).toMatchObject({ round: 2, state: 'queued', bumpedRound: 1 });
    expect(madeOf(floor)).toEqual(['l3: 1 in round 2']);
  });
});

describe('the kitchen', () => {
  it('moves a round from queued to bumped and never back', () => {
    const floor = sentFloor();
    const states = ['start', 'ready', 'start', 'bump', 'ready', 'start'] as const;
    const seen = states.map((name) => {
      floor.give(mark(name));
      return ticketOf(floor).state;
    });
    expect(seen).toEqual(['started', 'ready', 'ready', 'bumped', 'bumped', 'bumped']);
  });

  it('bumps twice, from two screens, late: the second time nothing happens [scenario 34]', () => {
    const floor = sentFloor();
    floor.give(mark('bump'));
    const again = { ...mark('bump'), device: 'kitchen-2' };
    expect(floor.give(again)).toMatchObject({ put: [], removed: [], flags: [] });
    giveAll(floor, [add('l3'), send()]);
    expect(floor.give(again)).toMatchObject({ put: [], removed: [], flags: [] });
    expect(ticketOf(floor).state).toBe('queued');
    giveAll(floor, [mark('bump', 2), again, mark('ready', 1), mark('start', 1)]);
    expect(ticketOf(floor)).toMatchObject({ state: 'bumped', bumpedRound: 2 });
  });

  it('comes to the same state in whatever order its presses arrive [scenario 34]', () => {
    const presses = [mark('start'), mark('ready'), mark('bump'), mark('bump'), mark('start', 2)];
    for (const arrival of permutations(presses)) {
      const floor = sentFloor();
      giveAll(floor, [add('l3'), send(), ...arrival]);
      const expected = { startedRound: 2, readyRound: 1, bumpedRound: 1, state: 'started' };
      expect(ticketOf(floor)).toMatchObject(expected);
    }
  });

  it('never bumps away a dish that was sent while the bump was under way', () => {
    const floor = sentFloor();
    giveAll(floor, [add('l3'), send(), mark('bump', 1)]);
    expect(ticketOf(floor)).toMatchObject({ round: 2, state: 'queued', bumpedRound: 1 });
    expect(floor.body('board/o1')).toMatchObject({ state: 'preparing' });
  });

  it('may bump a void or void a bump: the bill and the ticket end the same [scenario 33]', () => {
    const ends = permutations([voidLine('l1'), mark('bump')]).map((arrival) => {
      const floor = sentFloor();
      giveAll(floor, arrival);
      const { revision, ...made } = ticketOf(floor);
      const total = orderOf(floor).totalMinor;
      return { end: { ...made, revision: revision.number, total }, raised: floor.raised };
    });
    expect(ends[0]?.end).toEqual(ends[1]?.end);
    expect(ends[0]?.end).toMatchObject({ state: 'bumped', total: 400, revision: 2 });
    expect(ends.map(({ raised }) => raised)).toEqual([[], ['VOIDED_AFTER_BUMP']]);
  });

  it('is never refused, not even for a ticket nobody knows', () => {
    const floor = sentFloor();
    const strange = floor.give(mark('bump', 1, 'o404.kitchen'));
    expect(strange).toMatchObject({ refusal: undefined, flags: ['TICKET_UNKNOWN'], put: [] });
  });

  it('cannot bump rounds that were never sent', () => {
    const floor = sentFloor();
    giveAll(floor, [mark('bump', 99), add('l3'), send()]);
    expect(ticketOf(floor)).toMatchObject({ round: 2, bumpedRound: 1, state: 'queued' });
  });
});

describe('a change after sending', () => {
  it('makes one more in a round of its own, so that no bump swallows it', () => {
    const floor = sentFloor();
    giveAll(floor, [change('l1', 1), mark('bump', 1)]);
    expect(madeOf(floor)).toEqual(['l1: 1 in round 1', 'l1: 1 in round 2']);
    expect(ticketOf(floor).state).toBe('queued');
  });

  it('takes off the newest first, and what was finished already is told to people', () => {
    const floor = sentFloor();
    giveAll(floor, [change('l1', 2), change('l1', -1)]);
    expect(madeOf(floor)).toEqual(['l1: 1 in round 1', 'l1: 1 in round 2']);
    giveAll(floor, [change('l1', -1), change('l1', 1), mark('bump', 3)]);
    expect(floor.raised).toEqual([]);
    expect(floor.give(change('l1', -1)).flags).toEqual(['CHANGED_AFTER_BUMP']);
    giveAll(floor, [add('l3'), send()]);
    expect(floor.give(voidLine('l1')).flags).toEqual(['VOIDED_AFTER_BUMP']);
    expect(madeOf(floor)).toEqual(['l3: 1 in round 4']);
  });

  it('strikes a voided line through instead of hiding it', () => {
    const floor = sentFloor();
    floor.give(voidLine('l1'));
    expect(madeOf(floor)).toEqual(['l1: 1 in round 1, voided']);
  });

  it('does not reach the kitchen before sending, or for what it does not make', () => {
    const floor = sentFloor();
    giveAll(floor, [add('l3'), add('l4', 't1', { item: 'card', shownMinor: 250, quantity: 2 })]);
    giveAll(floor, [change('l3', 1), voidLine('l3'), send(), change('l4', -1), voidLine('l4')]);
    expect(madeOf(floor)).toEqual(['l1: 1 in round 1']);
    expect(ticketOf(floor).revision.number).toBe(1);
  });
});

describe("the guests' screen", () => {
  const stateOf = (floor: Floor): unknown => floor.body('board/o1');

  it('says preparing until every station is ready, and forgets what was handed out', () => {
    const floor = sentFloor();
    expect(stateOf(floor)).toEqual({ number: 'B1', state: 'preparing' });
    floor.give(mark('ready'));
    expect(stateOf(floor)).toMatchObject({ state: 'preparing' });
    floor.give(mark('ready', 1, 'o1.bar'));
    expect(stateOf(floor)).toMatchObject({ state: 'ready' });
    giveAll(floor, [mark('bump'), mark('bump', 1, 'o1.bar')]);
    expect(stateOf(floor)).toBeUndefined();
  });

  it('does not wait for a voided dish', () => {
    const floor = sentFloor();
    giveAll(floor, [mark('ready', 1, 'o1.bar'), voidLine('l1')]);
    expect(stateOf(floor)).toMatchObject({ state: 'ready' });
    floor.give(voidLine('l2'));
    expect(stateOf(floor)).toBeUndefined();
  });
});

describe('a receipt of the kitchen', () => {
  const see = (floor: Floor, seq = floor.seq, stations = ['kitchen']): readonly HubCommand[] =>
    floor.shop.onSeen({ device: 'kitchen-1', seq, stations }, floor.rows.values());
  const receive = (floor: Floor): void => {
    for (const { name, args } of see(floor)) floor.give({ name, args, role: 'hub', device: 'hub' });
  };

  it('is given once a screen of the station has drawn the ticket, and only once', () => {
    const floor = sentFloor();
    expect(see(floor, floor.seq - 1)).toEqual([]);
    expect(see(floor, floor.seq, ['dessert'])).toEqual([]);
    expect(see(floor, floor.seq, [])).toEqual([]);
    const args = { ticket: 'o1.kitchen', revision: 1, device: 'kitchen-1', station: 'kitchen' };
    const id = 'seen:o1.kitchen:1:kitchen-1';
    expect(see(floor)).toEqual([{ id, name: 'ticket.receipt', args }]);
    receive(floor);
    expect(ticketOf(floor).receipts).toEqual({ 'kitchen-1': 1 });
    expect(see(floor)).toEqual([]);
  });

  it('does not count for what was sent, changed or voided since', () => {
    const floor = sentFloor();
    for (const next of [change('l1', 1), voidLine('l1')]) {
      receive(floor);
      floor.give(next);
      const { receipts, revision } = ticketOf(floor);
      expect(receipts['kitchen-1']).toBe(revision.number - 1);
      expect(see(floor)).toHaveLength(1);
    }
  });

  it('is not undone by what the kitchen does itself', () => {
    const floor = sentFloor();
    receive(floor);
    giveAll(floor, [mark('start'), mark('ready'), mark('bump')]);
    expect(see(floor)).toEqual([]);
  });

  it('that is late, foreign or ahead of a restored ticket changes nothing', () => {
    const floor = sentFloor();
    receive(floor);
    floor.give(change('l1', 1));
    receive(floor);
    const receipt = (args: object): readonly string[] => {
      const right = { ticket: 'o1.kitchen', revision: 1, device: 'kitchen-1', station: 'kitchen' };
      return floor.give({ name: 'ticket.receipt', args: { ...right, ...args } }).put;
    };
    expect(receipt({})).toEqual([]);
    expect(receipt({ revision: 9 })).toEqual([]);
    expect(receipt({ station: 'bar' })).toEqual([]);
    expect(receipt({ ticket: 'o404.kitchen' })).toEqual([]);
  });

  it('has an id that fits, however long the names are', () => {
    const floor = sentFloor();
    const row = floor.rows.get('ticket/o1.kitchen');
    if (row === undefined) throw new Error('The ticket is missing.');
    const ids = ['a', 'b'].flatMap((end) => {
      const long = { ...row, key: `ticket/${'x'.repeat(63)}${end}.kitchen` };
      return ['c', 'd'].flatMap((device) =>
        floor.shop
          .onSeen({ device: device.repeat(64), seq: 99, stations: ['kitchen'] }, [long])
          .map(({ id }) => id),
      );
    });
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[\w.:-]{1,64}$/);
  });
});
