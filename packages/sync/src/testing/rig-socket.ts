// A device without an engine: it says what a test tells it to say, and keeps every frame it gets.
// Most rules of the hub are shown with one of these.

import type { Json } from '../json.ts';
import { decodeDown } from '../protocol/decode.ts';
import type { Down } from '../protocol/down.ts';
import type { Answered, Decided } from '../protocol/outcome.ts';
import type { Hello } from '../protocol/up/hello.ts';
import { helloText } from '../protocol/up/hello.ts';
import type { Up } from '../protocol/up.ts';
import type { Rig, Wire, WireEnd } from './rig.ts';
import { rigSigner } from './rig-ports.ts';

type OfType<Type extends Down['type']> = Extract<Down, { type: Type }>;

/** What a test says of a command; the rest is filled in. */
export interface Asked {
  readonly n: number;
  readonly name: string;
  readonly args: Json;
  readonly id?: string;
  readonly v?: number;
  readonly base?: number;
  readonly answered?: Answered;
}

export class RigSocket {
  readonly device: string;
  readonly rig: Rig;
  readonly frames: Down[] = [];
  readonly wire: Wire;
  isClosed = false;

  constructor(rig: Rig, device: string, origin?: string) {
    this.rig = rig;
    this.device = device;
    const end: WireEnd = {
      received: (text) => {
        const { message, problem } = decodeDown(text);
        if (message === undefined) throw new Error(problem);
        this.frames.push(message);
      },
      closed: () => {
        this.isClosed = true;
      },
    };
    this.wire = rig.connect(end, origin);
    rig.flush();
  }

  say(message: Up): void {
    this.sayText(JSON.stringify(message));
  }

  sayText(text: string): void {
    this.wire.up.push(text);
    this.rig.flush();
  }

  /** The hello of a new device, changed as a test wants it. */
  helloWith(changed: Partial<Hello> = {}): Hello {
    const { nonce, hub, store } = this.first('challenge');
    const text = helloText(nonce, hub, store, this.device);
    return {
      type: 'hello',
      protocol: 1,
      build: 'test',
      device: this.device,
      store,
      view: '',
      projection: '',
      run: 'run1',
      lastN: 0,
      answered: 0,
      lowest: 1,
      signature: rigSigner(this.device).sign(text),
      ...changed,
    };
  }

  hello(changed: Partial<Hello> = {}): this {
    this.say(this.helloWith(changed));
    return this;
  }

  push(...asked: readonly Asked[]): void {
    this.say({ type: 'push', commands: asked.map((one) => commandOf(this.device, one)) });
  }

  /** Everything of one type so far. */
  all<Type extends Down['type']>(type: Type): OfType<Type>[] {
    return this.frames.filter((frame): frame is OfType<Type> => frame.type === type);
  }

  first<Type extends Down['type']>(type: Type): OfType<Type> {
    return found(this.all(type)[0], type);
  }

  last<Type extends Down['type']>(type: Type): OfType<Type> {
    return found(this.all(type).at(-1), type);
  }

  get outcomes(): Decided[] {
    return this.all('outcomes').flatMap(({ outcomes }) => outcomes);
  }

  /** The latest outcome given under `n`. */
  outcomeOf(n: number): Decided | undefined {
    return this.outcomes.filter((decided) => decided.n === n).at(-1);
  }

  get types(): string[] {
    return this.frames.map(({ type }) => type);
  }

  forget(): void {
    this.frames.length = 0;
  }
}

function commandOf(device: string, asked: Asked) {
  const v = asked.name === 'note.write' ? 2 : 1;
  return { id: `${device}-${asked.n}`, v, madeAt: 0, base: 1, ...asked };
}

function found<Frame>(frame: Frame | undefined, type: string): Frame {
  if (frame === undefined) throw new Error(`no ${type} came`);
  return frame;
}
