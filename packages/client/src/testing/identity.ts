// The device whose storage tests make and open.

import type { Identity } from '../identity.ts';

export const identity: Identity = {
  store: 'corner-cafe',
  device: 'tablet-3',
  name: 'Tablet 3',
  letter: 'C',
  role: 'entry',
  secretKey: 'c2VjcmV0',
};
