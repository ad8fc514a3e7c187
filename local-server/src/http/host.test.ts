import { expect, it } from 'vitest';

import { isOurHost, presentHosts } from './host.ts';

let nowMs = 0;
const addresses = ['127.0.0.1', '192.168.1.20', 'fd00::20', 'fe80::1%eth0'];
const hosts = presentHosts('0.0.0.0', {
  nowMs: () => nowMs,
  name: () => 'Grill',
  addresses: () => addresses,
});

it.each([
  '127.0.0.1:8080',
  'localhost:8080',
  'LOCALHOST:8080',
  '[::1]:8080',
  '192.168.1.20:8080',
  '[fd00::20]:8080',
  'grill:8080',
  'grill.local:8080',
])('is asked as %s', (header) => {
  expect(isOurHost(header, hosts(), 8080)).toBe(true);
});

it.each([
  '',
  'evil.example',
  'evil.example:8080',
  '192.168.1.21:8080',
  '192.168.1.20',
  '192.168.1.20:8081',
  '192.168.1.20:08080',
  '192.168.1.20:8080.evil.example',
  'grill.evil.example:8080',
  'evil.grill:8080',
  'grill.:8080',
  '127.1:8080',
  '2130706433:8080',
  'user@localhost:8080',
  'localhost:8080/',
  'localhost:8080?x',
  'localhost:8080#x',
  'localhost:8080 ',
  '[::ffff:127.0.0.1]:8080',
])('is not asked as "%s"', (header) => {
  expect(isOurHost(header, hosts(), 8080)).toBe(false);
});

it('may be asked without a port only where that is the one of http', () => {
  expect(isOurHost('grill.local', hosts(), 80)).toBe(true);
  expect(isOurHost('grill.local:80', hosts(), 80)).toBe(true);
  expect(isOurHost('grill.local', hosts(), 8080)).toBe(false);
});

it('may be asked under any port where another program of this machine passes it on', () => {
  const asked = (header: string): boolean => isOurHost(header, hosts(), 'any');
  expect(['127.0.0.1:9000', 'localhost', 'grill:80'].map(asked)).toEqual([true, true, true]);
  const foreign = ['evil.example', 'evil.example:8080', '127.1:9000', 'user@localhost:9000'];
  expect(foreign.map(asked)).toEqual([false, false, false, false]);
});

it('knows an address that the machine got a moment ago', () => {
  addresses.push('10.0.0.7');
  nowMs += 1_000;
  expect(isOurHost('10.0.0.7:8080', hosts(), 8080)).toBe(true);
});
