import type { Json, Mutator } from '@pos-sync/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutators } from '../command-table.ts';
import { orderNumberSchema } from '../counter/order-number.ts';
import { freeTextFields, textFields, typedIdFields } from '../free-text.ts';
import * as scalar from '../scalar.ts';
import { withholdsCardData } from './withheld.ts';

const number = '4111 1111 1111 1111';
/** Of letters and digits only, as an id may be. */
const asId = '4111111111111111';
const idSigns = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const withholds = withholdsCardData(new Map(mutators.map((mutator) => [mutator.name, mutator])));
const line = {
  order: 'o1',
  line: 'l1',
  item: 'tea',
  version: 'v1',
  quantity: 1,
  choices: [],
  shownMinor: 300,
};
const item = {
  item: 'tea',
  version: 'v1',
  name: 'Tea',
  station: null,
  priceMinor: 300,
  choices: {},
};
const fieldOf = (name: string, args: Json, v = 1): string | undefined =>
  withholds(name, v, args)?.field;

describe('the texts of commands', () => {
  it('are ids and choices of a known form, or typed by people: this table', () => {
    const forms = new Map<unknown, string>([
      [scalar.identifier, 'id'],
      [scalar.orderIdentifier, 'id'],
      [scalar.ticketIdentifier, 'id'],
      [scalar.deviceIdentifier, 'id'],
      [scalar.station, 'station'],
      [orderNumberSchema.shape.letter, 'letter'],
    ]);
    const formsOf = ({ name, schema }: Mutator) => {
      const typed = freeTextFields(schema).map((place) => place.join('.'));
      const typedIds = typedIdFields(schema).map((place) => place.join('.'));
      return textFields(schema).map(({ place, schema: text }) => {
        const field = place.join('.');
        const idForm = typedIds.includes(field) ? 'typed id' : forms.get(text);
        const form = typed.includes(field) ? 'typed' : idForm;
        return `${name} ${field}: ${form ?? 'unknown'}`;
      });
    };
    expect(mutators.flatMap(formsOf)).toEqual([
      'menu.put item: typed id',
      'menu.put version: id',
      'menu.put name: typed',
      'menu.put station: typed id',
      'menu.put choices: typed id',
      'menu.put choices.*.name: typed',
      'order.open order: id',
      'order.open number.letter: letter',
      'order.addLine order: id',
      'order.addLine line: id',
      'order.addLine item: id',
      'order.addLine version: id',
      'order.addLine choices.*: id',
      'order.addLine note: typed',
      'order.changeQuantity order: id',
      'order.changeQuantity line: id',
      'order.voidLine order: id',
      'order.voidLine line: id',
      'order.voidLine reason: typed',
      'order.send order: id',
      'order.close order: id',
      'ticket.start ticket: id',
      'ticket.ready ticket: id',
      'ticket.bump ticket: id',
      'ticket.receipt ticket: id',
      'ticket.receipt device: id',
      'ticket.receipt station: station',
      'payment.take payment: id',
      'payment.take order: id',
    ]);
  });
});

describe('a command with a card number', () => {
  it('is found by every text that people type', () => {
    expect(fieldOf('order.addLine', { ...line, note: `pays with ${number}` })).toBe('note');
    expect(fieldOf('order.voidLine', { order: 'o1', line: 'l1', reason: number })).toBe('reason');
    expect(fieldOf('menu.put', { ...item, name: number })).toBe('name');
    const choices = { big: { name: 'Big', priceMinor: 1 }, small: { name: number, priceMinor: 1 } };
    expect(fieldOf('menu.put', { ...item, choices })).toBe('choices.*.name');
  });

  it('says what it is about, in words, and never repeats it', () => {
    const note = (text: string) => withholds('order.addLine', 1, { ...line, note: text });
    expect(note(number)).toMatchObject({ code: 'CARD_NUMBER' });
    expect(note('cvv 123')?.message).toContain('the security code of a card');
    expect(note(`%B${asId}^`)?.message).toContain('the stripe of a card');
    expect(JSON.stringify(note(`${number} cvv 987`))).not.toMatch(/1111|987/);
  });

  it('is no command whose ids and amounts look like one', () => {
    const odd = { ...line, order: asId, line: asId, item: asId, version: asId, choices: [asId] };
    expect(withholds('order.addLine', 1, odd)).toBeUndefined();
    const dear = { order: 'o1', expectedTotalMinor: Number(asId) };
    expect(withholds('order.close', 1, dear)).toBeUndefined();
    expect(withholds('menu.put', 1, { ...item, version: asId })).toBeUndefined();
  });

  it('is found in the ids that people make up for a menu', () => {
    for (const field of ['item', 'station']) {
      expect(fieldOf('menu.put', { ...item, [field]: asId })).toBe(field);
    }
    const big = { name: 'Big', priceMinor: 1 };
    expect(fieldOf('menu.put', { ...item, choices: { small: big, [asId]: big } })).toBe('choices');
    expect(fieldOf('menu.put', { ...item, item: `visa-${number.replaceAll(' ', '-')}` })).toBe(
      'item',
    );
  });

  it('is no id of digits that no card has, and none made at random', () => {
    for (const id of ['411111111111', '4111111111111112', '41111111111111111111', 'cvv-123']) {
      expect([id, fieldOf('menu.put', { ...item, item: id })]).toEqual([id, undefined]);
    }
    // Sixteen signs as the client draws them; what it draws first is the time, a letter now.
    const id = fc.string({
      unit: fc.constantFrom(...Array.from(idSigns)),
      minLength: 15,
      maxLength: 15,
    });
    fc.assert(
      fc.property(id, (random) => {
        expect(fieldOf('menu.put', { ...item, item: `P${random}` })).toBeUndefined();
      }),
      { numRuns: 20_000 },
    );
  });

  it('is found in the name of a device, and not in what the engine’s commands are about', () => {
    expect(fieldOf('device.rename', { device: 'd', name: number })).toBe('name');
    expect(fieldOf('device.pair', { device: 'd', name: number, publicKey: 'k' })).toBe('name');
    expect(fieldOf('deferred.decide', { id: asId, apply: true })).toBeUndefined();
    const rows = [{ key: `order/${asId}`, seq: 1 }];
    expect(fieldOf('device.stranded', { subject: asId, rows })).toBeUndefined();
    expect(fieldOf('clock.set', { hubTimeMs: Number(asId) % 4_000_000_000_000 })).toBeUndefined();
  });

  it('is found in a command of the engine wherever something else than an id stands', () => {
    const rows = [{ key: 'order/o1', seq: 1 }];
    expect(fieldOf('device.stranded', { subject: number, rows })).toBe('subject');
    expect(
      fieldOf('device.stranded', { subject: 'o1', rows: [{ key: `order/${number}`, seq: 1 }] }),
    ).toBe('args');
    expect(fieldOf('device.changeRole', { device: 'd', role: number })).toBe('args');
    expect(fieldOf('device.strange', { device: 'd', what: number })).toBe('args');
    const record = { device: 'd', publicKey: 'k', name: asId, letter: 'A', role: 'waiter' };
    expect(fieldOf('device.restored', { record })).toBe('record.name');
  });

  it('is found anywhere in a command of the engine that does not fit', () => {
    expect(fieldOf('device.rename', { device: 'd', name: 'Till', comment: asId })).toBe('args');
    expect(fieldOf('device.rename', { device: 'd', name: 'Till', [asId]: '' })).toBe('args');
    expect(fieldOf('device.stranded', { subject: asId, rows: [{ key: 'order/o1' }] })).toBe(
      'subject',
    );
    expect(fieldOf('day.turn', { day: asId })).toBe('args');
    expect(fieldOf('device.retire', { device: asId })).toBeUndefined();
    expect(fieldOf('device.retire', { device: asId }, 2)).toBe('args');
    expect(fieldOf('deferred.decide', { id: Number(asId), apply: true })).toBe('args');
  });

  it('is found anywhere in what does not fit, and in what nobody here can read', () => {
    expect(fieldOf('order.addLine', { ...line, comment: number })).toBe('args');
    expect(fieldOf('order.addLine', { ...line, [number]: '' })).toBe('args');
    expect(fieldOf('order.addLine', { ...line, item: number })).toBe('args');
    expect(fieldOf('order.addLine', { ...line, item: Number(asId) })).toBe('args');
    expect(fieldOf('order.addLine', { ...line, quantity: 0, note: number })).toBe('note');
    expect(fieldOf('order.addLine', { ...line, order: asId }, 2)).toBe('args');
    expect(fieldOf('order.praise', { deep: [{ words: number }] })).toBe('args');
    for (const args of [number, [number], Number(asId)])
      expect(fieldOf('order.send', args)).toBe('args');
    for (const args of [null, true, '', [], {}])
      expect(fieldOf('order.send', args)).toBeUndefined();
  });

  it('is found however deep it lies', () => {
    const depth = 100_000;
    const args = JSON.parse(`${'['.repeat(depth)}"${number}"${']'.repeat(depth)}`) as Json;
    expect(fieldOf('order.send', args)).toBe('args');
  });
});
