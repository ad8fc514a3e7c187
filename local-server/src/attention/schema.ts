// What the routes of attention take and answer, field by field.

import { whoSchema } from '../devices/who.ts';
import { next } from '../history/schemas.ts';
import { closed, listOf, text, whole, yesOrNo } from '../http/schema.ts';

/** For people: the rest is ids and codes. */
const about = {
  by: { ...whoSchema, description: 'The device that asked.' },
  order: closed({
    order: text('The id.'),
    number: { type: ['string', 'null'], description: 'Null where nobody opened it.' },
  }),
  asked: text('What it asked, in words. Card data is never in them.'),
  askedMs: { type: 'number', description: 'When the hub got it, by its clock.' },
};

export const attentionAnswer = closed(
  {
    entries: listOf({
      type: 'object',
      required: ['entry', 'seq', 'kind', 'device', 'code', 'by'],
      properties: {
        entry: text('The id of the entry.'),
        seq: whole('Its place in the log.'),
        kind: { type: 'string', enum: ['rejected', 'deferred', 'strange'] },
        device: text('The id of the device.'),
        code: text(),
        message: text('The same for people.'),
        id: text('The id of the command.'),
        name: text('The command, as docs/shop.md has it.'),
        settled: text('What was decided since on a command that was set aside.'),
        ...about,
      },
    }),
  },
  { next },
);

export const waitingAnswer = closed(
  {
    waiting: listOf(
      closed(
        {
          id: text('The id of the command.'),
          seq: whole('Its place in the log.'),
          device: text('The id of the device.'),
          name: text('The command, as docs/shop.md has it.'),
          code: text('Why it waits.'),
          message: text('The same for people.'),
          by: about.by,
        },
        { order: about.order, asked: about.asked, askedMs: about.askedMs },
      ),
    ),
  },
  { next },
);

const id = {
  type: 'string',
  pattern: '^[\\w.:-]{1,64}$',
  title: 'the id of a command',
  description: 'The id of the command, from the list of what waits.',
  examples: ['COMMAND'],
};
export const waitingParams = { type: 'object', required: ['id'], properties: { id } };

export const decideBody = closed({
  apply: {
    type: 'boolean',
    description: 'True carries it out, whatever the device may by now; false drops it for good.',
    examples: [true],
  },
});

export const decideAnswer = closed(
  {
    id: text('The id of the command.'),
    isNew: yesOrNo('False where it was decided before, which stays.'),
    outcome: { type: 'string', enum: ['ok', 'rejected'] },
  },
  { code: text('Why it was rejected.'), message: text('The same for people.') },
);

export const closeBody = closed({
  entry: {
    type: 'string',
    minLength: 1,
    maxLength: 256,
    description: 'The id of the entry, from the list.',
    examples: ['ENTRY'],
  },
});

export const closeAnswer = closed({
  entry: text('The id of the entry.'),
  isNew: yesOrNo('False where there is no such entry, or no more.'),
});
