import { expect, it } from 'vitest';

import { banner, type Started } from './banner.ts';

const started: Started = {
  settings: {
    port: 0,
    host: '0.0.0.0',
    dataFolder: '/srv/hub/data',
    store: 'sqlite',
    logLevel: 'info',
    commandRate: 50,
  },
  isNewShop: false,
  standardDataFolder: '/srv/hub/data',
  port: 8080,
  addresses: [
    {
      address: '192.168.1.100',
      interface: 'wlan0',
      kind: 'wifi',
      url: 'http://192.168.1.100:8080',
    },
    { address: '127.0.0.1', interface: 'lo', kind: 'loopback', url: 'http://127.0.0.1:8080' },
  ],
};

it('shows the address as it is typed into a device, and where the orders are', () => {
  const text = banner(started);
  expect(text).toContain('192.168.1.100:8080   (wifi: type this into each device)');
  expect(text).toContain('kept on the disk, in /srv/hub/data');
  expect(text).not.toContain('or     127.0.0.1');
});

it('says that a new shop was made, and only then', () => {
  expect(banner({ ...started, isNewShop: true })).toContain('A new, empty shop was made here.');
  expect(banner(started)).not.toContain('new, empty shop');
});

it('says that a memory store forgets', () => {
  const settings = { ...started.settings, store: 'memory' as const };
  expect(banner({ ...started, settings })).toContain('gone when the hub stops');
});

it('says what to do when no device can reach the hub', () => {
  const text = banner({ ...started, addresses: started.addresses.slice(1) });
  expect(text).toContain('No device can reach it yet');
});

it('says what to do next, with the folder only where pos-sync would look elsewhere', () => {
  expect(banner(started)).toMatch(/-- pair --role entry --name Till\n/);
  const elsewhere = banner({ ...started, standardDataFolder: '/srv/other', isInBackground: true });
  expect(elsewhere).toContain('Stop:     npm run -s pos-sync -- stop --data /srv/hub/data');
});

it('draws the address where it is given the picture', () => {
  expect(banner({ ...started, picture: '▄▀▄' })).toContain('\n▄▀▄\n');
});
