import { describe, expect, it } from 'vitest';
import { commandTable } from './command-table.ts';
import { createFloor, type Decided, type Floor } from './testing/floor.ts';
import { add, change, close, fillMenu, mark, open, pay, send, voidLine } from './testing/orders.ts';

describe('who may do what', () => {
  it('lets a role call only commands whose rows, read or written, its view gives whole', () => {
    const floor = createFloor();
    const touched = kindsByCommand(floor);
    expect([...touched.keys()].toSorted()).toEqual(
      commandTable.map(({ command }) => command).toSorted(),
    );
    for (const { command, roles } of commandTable) {
      for (const role of roles) {
        const view = floor.shop.views.get(floor.shop.viewOf(role) ?? '');
        const hidden = [...(touched.get(command) ?? [])].filter((kind) => !view?.kinds.has(kind));
        expect({ command, role, hidden }).toEqual({ command, role, hidden: [] });
      }
    }
  });
});

/** Runs every command in situations that make it read and write all it ever does. */
function kindsByCommand(floor: Floor): ReadonlyMap<string, ReadonlySet<string>> {
  const touched = new Map<string, Set<string>>();
  const note = (name: string, { touched: kinds }: Decided): void => {
    touched.set(name, new Set([...(touched.get(name) ?? []), ...kinds]));
  };
  const menu = {
    item: 'tea',
    version: 'v1',
    name: 'Tea',
    station: null,
    priceMinor: 1,
    choices: {},
  };
  note('menu.put', floor.give({ name: 'menu.put', args: menu }));
  fillMenu(floor);
  const seen = { ticket: 'o1.kitchen', revision: 1, device: 'kitchen-1', station: 'kitchen' };
  const commands = [
    open(),
    add('l1'),
    add('l2'),
    pay('p1', 300),
    send(),
    { name: 'ticket.receipt', args: seen },
    mark('start'),
    change('l1', 2),
    change('l1', -1),
    mark('ready', 2),
    mark('bump', 2),
    change('l1', 1),
    voidLine('l1'),
    voidLine('l2'),
    mark('bump', 3),
    close(0),
    pay('p2', 300),
    pay('p3', 300),
  ];
  for (const command of commands) note(command.name, floor.give(command));
  return touched;
}
