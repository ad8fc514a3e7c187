// What may be said about a device before it is let in: its role, and the name people will call it.
// The command line asks the same questions, so that a wrong word is a sentence before the hub is
// asked.

import { cardNumberIn, cardRefusal } from '@pos-sync/shop';

/** Every role a device can have; the hub's own is none of them. */
export const deviceRoles = ['entry', 'counter', 'kitchen', 'guest', 'manager', 'program'] as const;
export type DeviceRole = (typeof deviceRoles)[number];

const nameLengthMax = 64;
/** Line ends, tabs and what turns a line around would tear a list; half a character is none. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const visible = /[^\s\p{C}\p{Z}]/u;

/** A sentence that says what a name must be; undefined for a name that can be used. */
export function whyNotThisName(name: string): string | undefined {
  if (!visible.test(name)) return 'A device needs a name that people can see, such as Till 1.';
  if (unprintable.test(name)) return 'A device’s name is one line, without tabs and the like.';
  const { length } = Array.from(name);
  if (length > nameLengthMax) {
    return `A device’s name has at most ${nameLengthMax} characters; this one has ${length}.`;
  }
  const card = cardNumberIn(name);
  return card === undefined ? undefined : cardRefusal(card).message;
}
