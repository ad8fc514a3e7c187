import { expect, it } from 'vitest';

import { deviceTable } from './devices/table.ts';
import { plainText } from './plain-text.ts';

it('leaves out what would move the cursor, turn the line around or end it', () => {
  expect(plainText('a\u001B[2Jb\u009B1mc\u202Ed\u2066e\nf\tg\u2028h\u0000')).toBe('a[2Jb1mcdefgh');
  expect(plainText('Käse 焼き 👩‍🍳 Till-1')).toBe('Käse 焼き 👩‍🍳 Till-1');
});

it('keeps a table as it is, whatever a device is called', () => {
  const device = { device: 'id-A', letter: 'A', role: 'entry', isHere: true, deferred: 0 };
  const table = deviceTable({ devices: [{ ...device, name: 'x\u001B[1A\ny' }], asking: [] }, 0);
  expect(table.split('\n')).toEqual([
    '     name   role   here  to decide  id',
    '  A  x[1Ay  entry  yes              id-A',
  ]);
});
