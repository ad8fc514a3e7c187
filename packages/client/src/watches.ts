// Who looks at what. A query notes the keys and subjects it reads; it runs again only when one of
// them changed, and its listener hears only of a different result. Listeners are called after the
// engine is done with its step, once for all that came together.

import type { JsonObject, Row } from '@pos-sync/sync';

/** What a query may read; the reading half of what a mutator has. */
export interface Reader {
  get(key: string): JsonObject | undefined;
  /**
   * Whether the hub lost this row when it went back in time: the screen goes on showing it, with a
   * mark. `letGo` takes it off.
   */
  isUnknownToHub(key: string): boolean;
  /** The keys of a subject's rows, in code-unit order. */
  keys(subject: string): readonly string[];
  /** Every row. A query that reads this runs again after every change. */
  rows(): Iterable<Row>;
}

/** What changed since listeners were last called. */
export interface News {
  /** Rows under these keys look different. */
  readonly keys: Set<string>;
  /** These subjects have other keys than before. */
  readonly subjects: Set<string>;
  /** Own commands about these subjects moved on. */
  readonly moved: Set<string>;
  connection: boolean;
}

interface Watch {
  isConcerned(news: News): boolean;
  run(): void;
}

export interface Watched<Result> {
  isConcerned(news: News): boolean;
  read(): Result;
  onChange(result: Result): void;
  isSame(one: Result, other: Result): boolean;
}

export class Watches {
  readonly #watches = new Set<Watch>();
  #news = nothing();
  #isDue = false;
  readonly #complete: (news: News) => void;

  /** `complete` may add to the news what follows from it, before anybody hears it. */
  constructor(complete: (news: News) => void) {
    this.#complete = complete;
  }

  /**
   * Calls `onChange` in the next microtask and after each change, until the returned function is
   * called: never before this returns, so that a listener may stop itself.
   */
  add<Result>(watched: Watched<Result>): () => void {
    let last: { readonly result: Result } | undefined;
    let isNew = true;
    const watch: Watch = {
      isConcerned: (news) => isNew || watched.isConcerned(news),
      run() {
        isNew = false;
        const result = watched.read();
        if (last !== undefined && watched.isSame(last.result, result)) return;
        last = { result };
        watched.onChange(result);
      },
    };
    this.#watches.add(watch);
    this.note(() => undefined);
    return () => void this.#watches.delete(watch);
  }

  /** Notes what changed; listeners hear of it in the next microtask. */
  note(write: (news: News) => void): void {
    write(this.#news);
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#tell());
  }

  clear(): void {
    this.#watches.clear();
  }

  /** One listener that throws does not silence the others; its error is nobody's to swallow. */
  #tell(): void {
    const news = this.#news;
    this.#news = nothing();
    this.#isDue = false;
    this.#complete(news);
    const errors: unknown[] = [];
    for (const watch of this.#watches) {
      if (!watch.isConcerned(news)) continue;
      try {
        watch.run();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, 'Several listeners of a client threw.');
  }
}

function nothing(): News {
  return { keys: new Set(), subjects: new Set(), moved: new Set(), connection: false };
}

/** A query over `reader` that knows what it read the last time it ran. */
export function trackedQuery<Result>(reader: Reader, query: (reader: Reader) => Result) {
  let keys = new Set<string>();
  let subjects = new Set<string>();
  let all = false;
  const tracked: Reader = {
    get(key) {
      keys.add(key);
      return reader.get(key);
    },
    isUnknownToHub(key) {
      keys.add(key);
      return reader.isUnknownToHub(key);
    },
    keys(subject) {
      subjects.add(subject);
      return reader.keys(subject);
    },
    rows() {
      all = true;
      return reader.rows();
    },
  };
  return {
    read(): Result {
      keys = new Set();
      subjects = new Set();
      all = false;
      return query(tracked);
    },
    isConcerned: (news: News): boolean =>
      (all && news.keys.size > 0) || meet(keys, news.keys) || meet(subjects, news.subjects),
  };
}

function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  const [fewer, more] = some.size < others.size ? [some, others] : [others, some];
  for (const one of fewer) if (more.has(one)) return true;
  return false;
}
