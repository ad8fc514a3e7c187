// `pos-sync menu import`: what a file changes is shown first. Without a yes nothing is changed, and with
// one just what was shown: a menu that somebody else changed meanwhile is left alone.

import { readFileSync, statSync } from 'node:fs';

import { type MenuChanges, menuBytesMax } from '@pos-sync/local-server';

import { Failure } from '../failure.ts';
import { type HubDoor, askHub, NoAnswer, refusalOf } from '../hub-door.ts';
import { changesText } from './changes-text.ts';
import type { Person } from './person.ts';

export interface ImportWanted {
  readonly file: string;
  readonly preview: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

const longMs = 120_000;

export async function importMenu(
  door: HubDoor,
  wanted: ImportWanted,
  { tell, agrees }: Person,
): Promise<void> {
  const { file, preview, yes, json } = wanted;
  const menu = readMenuFile(file);
  const changes = await send(door, '/menu/preview', menu);
  const isSame = changes.new.length + changes.changed.length === 0;
  const isOver = preview || isSame;
  if (!json) tell(changesText(changes));
  else if (isOver || !yes) tell(JSON.stringify(changes));
  if (isOver) return;
  if (!yes) {
    if (agrees === undefined || json) throw nobodyAgreed;
    if (!(await agrees('Change the menu like this? Type yes: '))) throw notWanted;
  }
  const done = await send(door, `/menu/import?basis=${changes.basis}`, menu).catch(cutShort);
  tell(json ? JSON.stringify(done) : 'The menu is changed. Tablets show it at once.');
}

const nobodyAgreed = new Failure(
  1,
  'Nothing was changed: nobody is here to say yes.',
  'Add --yes to change the menu, or --preview to look only: npm run -s pos-sync -- menu import FILE --yes',
);
const notWanted = new Failure(
  1,
  'Nothing was changed.',
  'Import the file again when it is as you want it.',
);

/** A long menu is many transactions, and the hub may have ended between two of them. */
function cutShort(error: unknown): never {
  if (!(error instanceof NoAnswer) && refusalOf(error) !== 'HUB_STOPPED') throw error;
  const message =
    'The hub did not say that it changed the menu: perhaps all of it is changed, a part, or none.';
  const fix =
    'When the hub runs, import the same file again: what is done already stays as it is. See: npm run -s pos-sync -- status';
  throw new Failure(1, message, fix, { cause: error });
}

function readMenuFile(file: string): Blob {
  const type = /\.json$/i.test(file) ? 'application/json' : 'text/csv';
  try {
    // A longer one is not even read: it is no menu.
    if (statSync(file).size <= menuBytesMax) return new Blob([readFileSync(file)], { type });
  } catch (error) {
    const message = `The file ${file} cannot be read.`;
    throw new Failure(2, message, 'Look whether it is there and yours to read.', { cause: error });
  }
  const message = `${file} is longer than a menu may be, which is ${menuBytesMax / 1024} KiB.`;
  throw new Failure(1, message, 'Make two files of it and import one after the other.');
}

async function send(door: HubDoor, path: string, menu: Blob): Promise<MenuChanges> {
  try {
    return (await askHub(door, 'POST', path, menu, longMs)) as MenuChanges;
  } catch (error) {
    throw error instanceof Failure ? (withPlaces(error) ?? error) : error;
  }
}

/** What is wrong with the file, line by line; undefined where that is not what is wrong. */
function withPlaces({ exitCode, message, fix, cause }: Failure): Failure | undefined {
  const { errors } = (cause ?? {}) as { errors?: unknown };
  if (!Array.isArray(errors)) return undefined;
  const places = (errors as { line: number; column?: string; message: string }[]).map((error) => {
    const column = error.column === undefined ? '' : `, ${error.column}`;
    return `  line ${error.line}${column}: ${error.message}`;
  });
  return new Failure(exitCode, [message, ...places].join('\n'), fix, { cause });
}
