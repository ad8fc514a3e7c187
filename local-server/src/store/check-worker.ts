// Verifies the database in a worker thread, so that a box with a slow card goes on serving. The
// worker runs this very file: the module itself from source, the whole program from the one-file
// bundle. Programs therefore import it before anything else that acts when it is loaded:
//
//   import './runtime.ts';
//   import './store/check-worker.ts';

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import { openReadOnly } from './open.ts';
import { verify, type Findings } from './verify.ts';

const task = 'pos-sync: check the store';

type Task = { readonly task: typeof task; readonly folder: string };

if (!isMainThread && isTask(workerData)) {
  parentPort?.postMessage(check(workerData.folder), []);
  // The rest of a bundle must not run here: it would start a second hub.
  process.exit();
}

/** Reads the whole database of `folder`. Never throws; may take minutes on a slow disk. */
export function checkInBackground(folder: string): Promise<Findings> {
  const { promise, resolve } = Promise.withResolvers<Findings>();
  const data: Task = { task, folder };
  const worker = new Worker(import.meta.filename, { workerData: data, stdin: false });
  worker.on('message', (said: Findings | object) => {
    // `node --watch` tells about the files of a worker in the same way.
    if ('findings' in said) resolve(said);
  });
  worker.once('error', (error) => resolve(notDone(error)));
  worker.once('exit', () => resolve(notDone('the check ended without a result')));
  return promise;
}

function check(folder: string): Findings {
  try {
    const db = openReadOnly(folder);
    try {
      return verify(db);
    } finally {
      db.close();
    }
  } catch (error) {
    return notDone(error);
  }
}

function notDone(error: unknown): Findings {
  const why = error instanceof Error ? error.message : String(error);
  return { ok: false, findings: [`The check could not be done: ${why}`] };
}

function isTask(data: unknown): data is Task {
  return typeof data === 'object' && data !== null && 'task' in data && data.task === task;
}
