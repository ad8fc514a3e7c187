// The page docs/protocol.md is held to the code, and a client written from it alone has to work. That
// client imports nothing of the engine: what it knows of the protocol stands on the page.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';

import { viewHash, rowsHash } from '../rows/view-hash.ts';
import { Rig } from '../testing/rig.ts';
import { rigHash, rigSigner } from '../testing/rig-ports.ts';
import { RigSocket } from '../testing/rig-socket.ts';
import { decodeDown, decodeUp } from './decode.ts';
import { downSchema } from './down.ts';
import * as limits from './limits.ts';
import { upSchema } from './up.ts';

const page = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');

/** The text under each heading of a message. */
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((text) => {
      const [name = '', ...rest] = text.split('\n');
      return [name, rest.join('\n').split(/^## /m)[0] ?? ''] as const;
    }),
);

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly enum?: readonly string[];
  readonly const?: string;
}

function messages(schema: typeof upSchema | typeof downSchema): Map<string, Shape> {
  const { anyOf, oneOf } = z.toJSONSchema(schema, { unrepresentable: 'any', reused: 'inline' });
  const shapes = (oneOf ?? anyOf ?? []) as unknown as Shape[];
  return new Map(shapes.map((shape) => [shape.properties?.['type']?.const ?? '', shape]));
}

const all = new Map([...messages(upSchema), ...messages(downSchema)]);

/** Every field and every fixed word of a message, however deep. */
function wordsOf(shape: Shape): string[] {
  const inner = Object.entries(shape.properties ?? {}).flatMap(([name, one]) => [
    name,
    ...wordsOf(one),
  ]);
  return [...inner, ...(shape.items ? wordsOf(shape.items) : []), ...(shape.enum ?? [])];
}

const isNamed = (text: string, word: string): boolean =>
  new RegExp(`["\`. ]${word}["\`.]`).test(text);

it('describes every message, and no other', () => {
  expect(all.size).toBe(17);
  expect(new Set(sections.keys())).toEqual(new Set(all.keys()));
});

it.each([...all.keys()])('names every field and every fixed word of %s', (type) => {
  const shape = all.get(type) ?? {};
  const own = sections.get(type) ?? '';
  const top = Object.keys(shape.properties ?? {}).filter((name) => name !== 'type');
  const same = type === 'pong' ? (sections.get('heartbeat') ?? '') : '';
  const parts = type.startsWith('catchUp') ? (sections.get('catchUpBegin') ?? '') : '';
  expect(top.filter((name) => !isNamed(own + same + parts, name))).toEqual([]);
  expect(wordsOf(shape).filter((word) => !isNamed(page, word))).toEqual([]);
});

it.each([...all.keys()])('shows an example of %s that the decoder reads', (type) => {
  const text =
    /```json\n([^`]+)```/.exec(sections.get(type) ?? '')?.[1]?.replaceAll('\n', '') ?? '';
  const decoded = upNames.has(type) ? decodeUp(text) : decodeDown(text);
  expect(decoded.problem).toBeUndefined();
  expect(decoded.message?.type).toBe(type);
});

const upNames = new Set(messages(upSchema).keys());

it('says the limits as they are', () => {
  expect(page).toContain(`"frameBytesMax": ${limits.frameBytesMax}`);
  expect(page).toContain(`"commandBytesMax": ${limits.commandBytesMax}`);
  expect(page).toContain(`args ${limits.jsonDepthMax} deep`);
  expect(page).toContain(`| ${limits.commandsInFlightMax} at a time |`);
  expect(page).toContain(`${limits.waitingCommandsMax.toLocaleString('en')} a device`);
  const offered = [limits.offersOfDeviceBytesMax, limits.offersBytesMax].map(
    (bytes) => bytes / 1_048_576,
  );
  expect(page).toContain(`${offered[0]} MiB a device, ${offered[1]} MiB in all`);
  const seconds = [limits.helloWithinMs, limits.pingAfterMs, limits.pongWithinMs].map(
    (ms) => ms / 1_000,
  );
  expect(seconds).toEqual([5, 5, 5]);
  expect(limits.silenceMsMax).toBe(20_000);
});

interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}
interface At {
  readonly epoch: { readonly number: number; readonly id: string };
  readonly seq: number;
  readonly chain: string;
}
interface Row {
  readonly key: string;
  readonly subject: string;
  readonly seq: number;
  readonly body: Record<string, string | number | boolean>;
}

/** Written from the page. Its storage is its fields: a new link is a new socket, a new start is none. */
class PageClient {
  readonly rig: Rig;
  readonly device: string;
  readonly rows = new Map<string, Row>();
  readonly outbox = new Map<number, object>();
  readonly outcomes = new Map<string, string>();
  #wire: { up: string[] } | undefined;
  #challenge: Frame | undefined;
  #at: At | undefined;
  /** The view and projection of the rows, and of those that come next. */
  #shown = { view: '', projection: '' };
  #next = { view: '', projection: '' };
  #lastN = 0;
  #answered = 0;
  #nextN = 1;
  #isLive = false;
  #catchUp: { begin: Frame; parts: Map<number, Frame> } | undefined;

  constructor(rig: Rig, device: string) {
    this.rig = rig;
    this.device = device;
  }

  get at(): At | undefined {
    return this.#at;
  }

  connect(): void {
    this.#wire = this.rig.connect({
      received: (text) => this.#heed(JSON.parse(text) as Frame),
      closed: () => {
        this.#wire = undefined;
      },
    });
    this.rig.flush();
  }

  leave(): void {
    if (this.#wire !== undefined) this.rig.cut(this.#wire as never);
    this.#wire = undefined;
    this.#isLive = false;
    this.#catchUp = undefined;
  }

  give(name: string, v: number, args: object): string {
    const n = this.#nextN;
    this.#nextN += 1;
    const id = `${this.device}.${n}`;
    this.outbox.set(n, { n, id, name, v, args, madeAt: 0, base: this.#at?.seq ?? 0 });
    this.#push([this.outbox.get(n)]);
    return id;
  }

  #say(frame: object): void {
    this.#wire?.up.push(JSON.stringify(frame));
  }

  #push(commands: readonly unknown[]): void {
    if (this.#challenge !== undefined) this.#say({ type: 'push', commands });
  }

  #hello(): void {
    const { nonce, hub, store } = this.#challenge as unknown as Record<string, string>;
    const { device } = this;
    const text = ['pos-sync hello', nonce, hub, store, device].join('\n');
    this.#isLive = false;
    this.#say({
      type: 'hello',
      protocol: 1,
      build: 'page',
      device,
      store,
      ...this.#shown,
      run: 'r1',
      ...(this.#at === undefined ? {} : { at: this.#at }),
      lastN: this.#lastN,
      answered: this.#answered,
      lowest: 1,
      signature: rigSigner(device).sign(text),
    });
  }

  #heed(frame: Frame): void {
    switch (frame.type) {
      case 'challenge':
        this.#challenge = frame;
        return this.#hello();
      case 'welcome':
        this.#isLive = frame['mode'] === 'live';
        this.#next = { view: String(frame['view']), projection: String(frame['projection']) };
        return this.#push([...this.outbox.values()]);
      case 'outcomes':
        return this.#settle(frame['outcomes'] as { n: number; id: string; outcome: string }[]);
      case 'gap':
        return this.#push([...this.outbox.values()]);
      case 'changes':
        return this.#change(frame);
      case 'catchUpBegin':
        this.#catchUp = { begin: frame, parts: new Map() };
        return undefined;
      case 'catchUpPart':
        if (frame['id'] !== this.#catchUp?.begin['id']) return undefined;
        this.#catchUp?.parts.set(Number(frame['part']), frame);
        return undefined;
      case 'catchUpEnd':
        return this.#catchUpEnd(frame);
      case 'heartbeat':
      case 'pong':
        return this.#heartbeat(frame);
      default:
    }
  }

  #settle(outcomes: readonly { n: number; id: string; outcome: string }[]): void {
    for (const { n, id, outcome } of outcomes) {
      this.outbox.delete(n);
      this.outcomes.set(id, outcome);
      this.#answered = Math.max(this.#answered, n);
    }
  }

  #change(frame: Frame): void {
    const at = frame['at'] as At;
    const seq = this.#at?.seq ?? 0;
    if (!this.#isLive || at.epoch.id !== this.#at?.epoch.id || at.seq <= seq) return;
    if (Number(frame['from']) > seq) return this.#hello();
    this.#apply(frame);
    const own = (frame['lastN'] as Record<string, number>)[this.device] ?? 0;
    this.#at = at;
    this.#lastN = Math.max(this.#lastN, own);
  }

  #apply(frame: Frame): void {
    for (const row of frame['puts'] as Row[]) this.rows.set(row.key, row);
    for (const key of frame['removed'] as string[]) this.rows.delete(key);
  }

  #catchUpEnd(frame: Frame): void {
    const { begin, parts } = this.#catchUp ?? {};
    if (begin?.['id'] !== frame['id'] || parts === undefined) return undefined;
    this.#catchUp = undefined;
    if (parts.size !== begin?.['parts']) return this.#hello();
    if (begin['kind'] === 'snapshot') this.rows.clear();
    for (const part of parts.values()) this.#apply(part);
    this.#at = frame['at'] as At;
    this.#lastN = (frame['lastN'] as Record<string, number>)[this.device] ?? 0;
    this.#shown = this.#next;
    this.#isLive = true;
    return undefined;
  }

  #heartbeat(frame: Frame): void {
    const at = frame['at'] as At | undefined;
    if (at === undefined || !this.#isLive || this.#at === undefined) return undefined;
    if (Number(frame['told']) > this.#at.seq) return this.#hello();
    if (at.seq >= this.#at.seq) this.#at = at;
    return undefined;
  }
}

it('lets a client written from it alone work with the real hub', () => {
  const rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('b', 'manager');
  const client = new PageClient(rig, 'a');
  const other = new RigSocket(rig, 'b').hello();
  const written = client.give('note.write', 2, { id: 'x', text: 'before it ever connected' });
  client.connect();
  rig.settle();
  expect(client.outcomes.get(written)).toBe('ok');
  for (let n = 1; n <= 40; n += 1) {
    if (n % 9 === 0) client.leave();
    client.give('note.write', 2, { id: `x${n % 5}`, text: `${n}` });
    other.push({ n, name: n % 4 === 0 ? 'note.remove' : 'note.write', args: argsOf(n) });
    if (n % 9 === 4) client.connect();
    if (n === 20) rig.own('turn', 'day.turn', { day: '2026-12-01' });
    rig.settle(n % 3);
  }
  client.connect();
  rig.settle();
  rig.settle(6_000);
  expect(client.outbox.size).toBe(0);
  expect(client.outcomes.size).toBe(41);
  const view = rig.domain.views.get('everything')!;
  const shown = viewHash(rigHash, 'everything', view, rig.hub.status.rows.values());
  expect(rowsHash(rigHash, client.rows.values())).toBe(shown);
  expect(client.at).toEqual(rig.hub.status.at);
  expect(rig.log.filter(({ device }) => device === 'a').length).toBe(41);
});

function argsOf(n: number): Record<string, string> {
  return n % 4 === 0 ? { id: `x${n % 5}` } : { id: `x${n % 6}`, text: 'theirs' };
}
