import type { NetworkInterfaceInfo } from 'node:os';

import { expect, it } from 'vitest';

import { listAddresses, type HubAddress } from './addresses.ts';

const entry = (address: string, internal = false): NetworkInterfaceInfo => {
  const family = address.includes(':') ? 'IPv6' : 'IPv4';
  const rest = { netmask: '', mac: '', cidr: null, internal };
  return family === 'IPv6'
    ? { address, family, scopeid: 0, ...rest }
    : { address, family, ...rest };
};

const interfaces = {
  lo: [entry('127.0.0.1', true), entry('::1', true)],
  docker0: [entry('172.17.0.1')],
  eth0: [entry('192.168.1.7'), entry('fd00::7'), entry('fe80::7')],
  enp2s0: [entry('169.254.10.1')],
  radio: [entry('192.168.1.100')],
};

const list = (host: string): HubAddress[] =>
  listAddresses(interfaces, host, 8080, (name) => name === 'radio');

it('puts the address people should try first first', () => {
  expect(list('0.0.0.0').map(({ address, kind }) => [address, kind])).toEqual([
    ['192.168.1.100', 'wifi'],
    ['192.168.1.7', 'ethernet'],
    ['172.17.0.1', 'virtual'],
    ['127.0.0.1', 'loopback'],
    ['169.254.10.1', 'ethernet'],
  ]);
});

it('lists only the address it listens on', () => {
  expect(list('192.168.1.7').map(({ url }) => url)).toEqual(['http://192.168.1.7:8080']);
});

it('lists IPv6 only when it listens there, in a form a browser takes', () => {
  const urls = list('::').map(({ url }) => url);
  expect(urls).toContain('http://[fd00::7]:8080');
  expect(urls).not.toContain('http://[fe80::7]:8080');
});
