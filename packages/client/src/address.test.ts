import { expect, it } from 'vitest';

import { hubAddress } from './address.ts';
import { ClientError } from './client-error.ts';

it.each([
  ['192.168.1.100:8080', '192.168.1.100:8080'],
  ['  192.168.1.100:8080\n', '192.168.1.100:8080'],
  ['192.168.1.100', '192.168.1.100:8080'],
  ['hub.local', 'hub.local:8080'],
  ['http://192.168.1.100:8080', '192.168.1.100:8080'],
  ['HTTP://192.168.1.100:8080/', '192.168.1.100:8080'],
  ['http://192.168.1.100:8080/health?as=text#top', '192.168.1.100:8080'],
  ['ws://10.0.0.1:9000/sync', '10.0.0.1:9000'],
  ['http://hub.local', 'hub.local'],
  ['[fe80::1]:8080', '[fe80::1]:8080'],
])('takes %j as people type or copy it', (typed, host) => {
  expect(hubAddress(typed)).toEqual({ isSecure: false, host });
});

it('keeps a safe connection safe', () => {
  expect(hubAddress('https://hub.example/')).toEqual({ isSecure: true, host: 'hub.example' });
  expect(hubAddress('wss://hub.example:8443').isSecure).toBe(true);
});

it.each([
  '',
  '   ',
  'the hub',
  '192.168.1.100: 8080',
  '8080',
  '192.168.1',
  '192.168.1.300:8080',
  '192.168.1.100:0',
  '192.168.1.100:99999',
  'http://',
  'ftp://192.168.1.100',
  'me@192.168.1.100',
  'K7PQ-2MXA!',
  '<script>',
])('refuses %j and says what to type', (typed) => {
  expect(() => hubAddress(typed)).toThrow(ClientError);
  expect(() => hubAddress(typed)).toThrow(
    expect.objectContaining({
      code: 'BAD_ADDRESS',
      fix: 'Type it as the hub shows it, like 192.168.1.100:8080.',
    }),
  );
});
