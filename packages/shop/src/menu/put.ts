// Brings an item onto the menu or changes it. The new price is a new version; what was sold at an
// old one keeps it.

import type { JsonObject, Mutator, Rows, Situation } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { typedId } from '../free-text.ts';
import { identifier, priceMinor, shownName, station } from '../scalar.ts';
import { getItem, type ItemRow, itemKey, menuSubject, type PriceVersion } from './item-row.ts';

const schema = z.strictObject({
  item: typedId(identifier),
  /** Names this price for ever; given by whoever changes the menu. */
  version: identifier,
  name: shownName,
  station: z.nullable(typedId(station)),
  priceMinor,
  choices: z.record(
    typedId(identifier),
    z.strictObject({ name: shownName, priceMinor }),
    'must be an object with a field for each choice, {} where there are none',
  ),
});
type Args = z.infer<typeof schema>;

export const putItem: Mutator<Args> = {
  name: 'menu.put',
  v: 1,
  kind: 'intent',
  roles: ['manager', 'program', 'hub'],
  schema,
  subject: () => menuSubject,
  run(rows, args, situation) {
    const item = getItem(rows, args.item);
    const offered: PriceVersion = { priceMinor: args.priceMinor, choices: args.choices };
    const known = item !== undefined && Object.hasOwn(item.versions, args.version);
    if (known && !samePrice(item.versions[args.version], offered)) {
      return {
        code: 'VERSION_TAKEN',
        message:
          `${item.name} already has a version ${args.version} with other prices. ` +
          'Save the change under a new version.',
      };
    }
    put(rows, args, situation, { item, offered });
    return undefined;
  },
};

/** An older command that comes again after a restore only adds its version. */
function put(
  rows: Rows,
  args: Args,
  situation: Situation,
  { item, offered }: { item: ItemRow | undefined; offered: PriceVersion },
): void {
  const versions = { ...item?.versions, [args.version]: offered };
  const body: ItemRow =
    item !== undefined && isOlder(situation, item)
      ? { ...item, versions }
      : {
          name: args.name,
          station: args.station,
          version: args.version,
          versions,
          setAt: situation.stand ? standOf(situation.stand) : null,
        };
  rows.put(itemKey(args.item), menuSubject, body satisfies JsonObject);
}

function standOf(stand: { readonly epoch: number; readonly seq: number }): ItemRow['setAt'] {
  return { epoch: stand.epoch, seq: stand.seq };
}

function isOlder({ stand }: Situation, { setAt }: ItemRow): boolean {
  if (stand === undefined || setAt === null) return false;
  return stand.epoch === setAt.epoch ? stand.seq < setAt.seq : stand.epoch < setAt.epoch;
}

function samePrice(left: PriceVersion | undefined, right: PriceVersion): boolean {
  if (left?.priceMinor !== right.priceMinor) return false;
  const ids = Object.keys(left.choices);
  if (ids.length !== Object.keys(right.choices).length) return false;
  return ids.every((id) => {
    const other = Object.hasOwn(right.choices, id) ? right.choices[id] : undefined;
    const choice = left.choices[id];
    return choice?.name === other?.name && choice?.priceMinor === other?.priceMinor;
  });
}
