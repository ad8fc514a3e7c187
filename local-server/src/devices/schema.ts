// How a device looks in answers over HTTP.

import { closed, listOf, text, whole, yesOrNo } from '../http/schema.ts';
import { deviceRoles } from '../pairing/wanted.ts';

/** What people want a device to be. */
export const wantedOfDevice = {
  name: {
    type: 'string',
    maxLength: 1024,
    description: 'What people will call it: one line of 1 to 64 characters.',
    examples: ['Bar'],
  },
  role: {
    type: 'string',
    minLength: 1,
    maxLength: 32,
    description: `One of ${deviceRoles.join(', ')}.`,
    examples: ['entry'],
  },
};

const identity = {
  device: text('The id of the device.'),
  name: text('What people call it.'),
  letter: text('Its letter: B of order B17.'),
  role: { enum: deviceRoles },
};
const shown = { ...identity, hasBearer: yesOrNo('It is a program with a token of its own.') };
const ended = {
  retiredAt: whole('Where in the log it was put away.'),
  revokedAt: whole('Where in the log it was shut out.'),
};

export const joinedSchema = closed({ store: text('The id of the hub’s store.'), ...identity });

export const shownSchema = closed(shown, ended);

export const tableSchema = closed({
  devices: listOf(
    closed(
      {
        ...shown,
        isHere: yesOrNo(),
        lastN: whole('Its last decided command.'),
        deferred: whole('How many of its commands wait for a person.'),
      },
      { ...ended, seenMs: whole('When it was last heard, by the hub’s clock.') },
    ),
  ),
  asking: listOf(
    closed(
      {
        device: text(),
        checkCode: text('To be compared with the one on the device.'),
        build: text('The version of its program.'),
        answered: whole('Through which of its commands it holds answers.'),
        atMs: whole('When it asked last, by the hub’s clock.'),
      },
      {
        name: text('What it calls itself.'),
        letter: text('The letter it says it had, and gets where nobody has it.'),
      },
    ),
  ),
});
