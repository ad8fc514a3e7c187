// What the hub says when it does not open a window or does not let a device in.

import { cardNumberIn } from '@pos-sync/shop';

import { type Refused, refuse } from '../http/refusal.ts';
import { deviceRoles, whyNotThisName } from './wanted.ts';

/** Undefined for a name that a device can have. */
export function refuseName(name: string): Refused | undefined {
  const sentence = whyNotThisName(name);
  if (sentence === undefined) return undefined;
  const code = cardNumberIn(name) === undefined ? 'BAD_NAME' : 'CARD_NUMBER';
  return refuse(400, code, sentence, 'Choose another name.');
}

const openAnother = 'Open a new pairing window and use its code.';

export const refusals = {
  noSuchRole: refuse(
    400,
    'NO_SUCH_ROLE',
    'No device can have this role.',
    `Use one of ${deviceRoles.join(', ')}.`,
  ),
  tooManyWindows: (windowsMax: number): Refused =>
    refuse(
      429,
      'TOO_MANY_WINDOWS',
      `${windowsMax} pairing windows are open already.`,
      'Pair the devices they were opened for, or wait five minutes until they close.',
    ),
  noWindow: refuse(
    403,
    'NO_WINDOW',
    'No pairing window is open: it was used, its five minutes are over, or its five tries are.',
    openAnother,
  ),
  tooSoon: refuse(
    429,
    'TRY_LATER',
    'A wrong code was tried less than a second ago.',
    'Wait a second and try again.',
  ),
  wrongCode: refuse(
    403,
    'WRONG_CODE',
    'This code does not belong to an open pairing window.',
    'Read the code again and type it in once more; after five wrong tries the window closes.',
  ),
  lastWrongCode: refuse(
    403,
    'NO_WINDOW',
    'This code is wrong, and it was the fifth: the pairing window is closed now.',
    openAnother,
  ),
  onlyPrograms: refuse(
    403,
    'BEARER_ONLY_PROGRAMS',
    'Only a program may have a token of its own, and this code is not for a program.',
    'Join without a token, or open a window for the role program.',
  ),
  notPaired: (code: string | undefined, message: string | undefined): Refused =>
    refuse(
      409,
      code ?? 'NOT_PAIRED',
      message ?? 'The hub could not write this device down.',
      openAnother,
    ),
};
