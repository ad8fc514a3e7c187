// What every device of a replay holds at its end, with the view it should be equal to.

import { readFileSync } from 'node:fs';

import type { Crew } from './crew.ts';
import { shop } from './device.ts';
import type { Holdings } from './messages.ts';
import type { DeviceHolder } from './verdict.ts';

export async function holdersOf(crew: Crew): Promise<DeviceHolder[]> {
  const asked = crew.everybody.map((device) => device.ask<string[]>({ type: 'holdings' }));
  const files = (await Promise.all(asked)).flat();
  return files.map((file) => {
    const { name, role, epoch, seq, rows } = JSON.parse(readFileSync(file, 'utf8')) as Holdings;
    const viewName = shop.viewOf(role) ?? '';
    const view = shop.views.get(viewName);
    if (view === undefined) throw new Error(`the role ${role} has no view`);
    return { name, epoch, seq, rows, viewName, view } as DeviceHolder;
  });
}
