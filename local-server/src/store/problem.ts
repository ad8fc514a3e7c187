// Why a store could not be opened, in words for the person who stands before the box. A hub that
// meets one of these keeps its hands off the files: it says what happened and the one safe step.

export type ProblemCode =
  | 'corrupt'
  | 'foreign'
  | 'missing'
  | 'locked'
  | 'lock-file'
  | 'read-only'
  | 'too-new'
  | 'network-share'
  | 'old-sqlite'
  | 'full'
  | 'unreadable';

export class StoreProblem extends Error {
  readonly code: ProblemCode;
  /** The one safe next step, a sentence. */
  readonly fix: string;

  constructor(code: ProblemCode, message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreProblem';
    this.code = code;
    this.fix = fix;
  }
}

const putBack =
  'Keep the whole data folder, put the newest backup into an empty one and start again with ' +
  'that: the devices bring back what it lacks.';

export function corrupt(file: string, detail: string, cause?: unknown): StoreProblem {
  const message = `The orders in ${file} are damaged (${detail}). Nothing was changed.`;
  return new StoreProblem('corrupt', message, putBack, cause);
}

export function foreign(file: string): StoreProblem {
  return new StoreProblem(
    'foreign',
    `${file} is a database, but not one of this hub. Nothing was changed.`,
    'Start the hub with another folder (--data), or move that file away if it is here by mistake.',
  );
}

export function missing(file: string, witness: string): StoreProblem {
  return new StoreProblem(
    'missing',
    `${file} is gone or empty, but ${witness} shows that orders were kept here. ` +
      'No new database was made over them.',
    'Put the file back, or the newest backup in its place; do not delete what is left.',
  );
}

export function emptyFile(file: string): StoreProblem {
  return new StoreProblem(
    'missing',
    `${file} is there but empty, so a copy stopped half-way or the disk lost it.`,
    'Put the newest backup in its place. Only if this hub never took an order, delete the file.',
  );
}

/** @param address where the other one listens, when it said so */
export function locked(folder: string, address: string | undefined): StoreProblem {
  const where = address === undefined ? '' : ` (it listens at ${address})`;
  return new StoreProblem(
    'locked',
    `Another hub already works with ${folder}${where}, and two on the same orders would damage them.`,
    'Use the one that is running, or stop it first; a second shop needs another --data folder.',
  );
}

export function brokenLock(file: string, cause: unknown): StoreProblem {
  return new StoreProblem(
    'lock-file',
    `${file} cannot be used to make sure that only one hub runs. It holds no orders.`,
    'Make sure that no other hub runs on this folder, delete that one file and start again.',
    cause,
  );
}

export function readOnly(file: string, cause: unknown): StoreProblem {
  return new StoreProblem(
    'read-only',
    `The hub may read ${file} but not write to it, so it could keep no order.`,
    'Give the user the hub runs as the right to write there; if the disk itself has become ' +
      'read-only, it is failing: copy the folder to another one.',
    cause,
  );
}

export function tooNew(file: string, found: number, known: number): StoreProblem {
  return new StoreProblem(
    'too-new',
    `${file} was written by a newer hub (format ${found}; this one knows up to ${known}).`,
    'Start the newer hub again, or put back the copy it made before the update (store-before-…).',
  );
}

export function networkShare(folder: string, kind: string): StoreProblem {
  return new StoreProblem(
    'network-share',
    `${folder} lies on a network share (${kind}), where a lost connection can damage the orders.`,
    'Choose a folder on a disk of this box with --data.',
  );
}

export function oldSqlite(found: string, needed: string): StoreProblem {
  return new StoreProblem(
    'old-sqlite',
    `This Node brings SQLite ${found}, which can lose orders; ${needed} or newer is needed.`,
    'Start the hub with "npm run production", which brings the right Node along.',
  );
}

export function full(folder: string, cause: unknown): StoreProblem {
  return new StoreProblem(
    'full',
    `The disk that holds ${folder} is full, so the hub could keep no order.`,
    'Make room on that disk (not in the data folder) and start again; nothing is lost.',
    cause,
  );
}

export function unreadable(file: string, cause: unknown): StoreProblem {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new StoreProblem(
    'unreadable',
    `${file} cannot be opened (${detail}). Nothing was changed.`,
    'Check that the disk is plugged in and healthy, then start again; if it stays so, put the ' +
      'newest backup into an empty folder and start with that.',
    cause,
  );
}
