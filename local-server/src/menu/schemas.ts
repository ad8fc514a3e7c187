// What the routes of the menu take and answer, field by field.

import { closed, listOf, text, whole } from '../http/schema.ts';
import { jsonMedia, tableMedia } from './file.ts';
import { columns } from './item.ts';

const choice = closed({ name: text(), priceMinor: whole('What it costs on top.') });
const shown = {
  name: text('What people call it.'),
  station: { type: ['string', 'null'], description: 'Where it is made; null for nowhere.' },
  priceMinor: whole('Of one without choices, in minor units.'),
  choices: {
    type: 'object',
    additionalProperties: choice,
    description: 'By the id of the choice.',
  },
};
const items = listOf(closed({ item: text('The id of the item.'), ...shown }));

export const menuAnswer = closed({ items });

export const changesAnswer = closed({
  basis: text('Names the menu as it is, after an import as it has become.'),
  new: { ...items, description: 'Come onto the menu.' },
  changed: listOf(closed({ item: text('The id.'), from: closed(shown), to: closed(shown) })),
  unchanged: whole('Items of the file that are on the menu just so.'),
  notInFile: { ...items, description: 'Stay as they are.' },
});

/** Whoever tries the example in a shop that sells soup changes nothing it sells. */
const example = {
  item: 'example-soup',
  name: 'Soup of the example',
  station: 'kitchen',
  priceMinor: 500,
  choices: { bread: { name: 'Bread', priceMinor: 100 } },
};

export const menuBodies = {
  [jsonMedia]: closed({ items: { ...items, examples: [[example]] } }),
  [tableMedia]: {
    type: 'string',
    description: `A table in UTF-8 whose first line is ${columns.join(',')}.`,
    examples: [
      `${columns.join(',')}\nexample-soup,Soup of the example,kitchen,500,bread=Bread:100\n`,
    ],
  },
};

export const basisQuery = closed(
  {},
  {
    basis: {
      type: 'string',
      pattern: '^[0-9a-f]{64}$',
      title: 'the basis of a preview',
      description: 'That of the preview somebody looked at; another menu is then left alone.',
    },
  },
);
