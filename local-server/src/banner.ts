// What a person sees when the hub has started: the address to type into a tablet first.

import type { HubAddress } from './network/addresses.ts';
import type { Settings } from './settings.ts';

export type Started = {
  settings: Settings;
  /** There was no database in the data folder. */
  isNewShop: boolean;
  port: number;
  addresses: readonly HubAddress[];
};

export function banner({ settings, isNewShop, port, addresses }: Started): string {
  const reachable = addresses.filter(({ kind }) => kind !== 'loopback' && kind !== 'virtual');
  const lines = ['', 'The hub is running.', '', ...addressLines(reachable, port), ''];
  if (settings.store === 'memory') {
    lines.push('Orders:   kept in memory only. They are gone when the hub stops.');
  } else {
    lines.push(`Orders:   kept in ${settings.dataFolder}`);
    if (isNewShop) {
      lines.push(
        '          A new, empty shop was made here. If you had orders before, this is not',
      );
      lines.push('          their folder: stop the hub and name the right one with --data.');
    }
  }
  lines.push(`Health:   http://127.0.0.1:${port}/health`, 'Stop:     Ctrl+C', '');
  return lines.join('\n');
}

function addressLines(reachable: readonly HubAddress[], port: number): string[] {
  const [first, ...others] = reachable;
  if (first === undefined) {
    return [
      'No device can reach it yet: this machine is on no network, or the hub was told to listen',
      `only on this machine (127.0.0.1:${port}). Connect it to the shop’s WiFi or leave --host out.`,
    ];
  }
  const also = others.map((other) => `   or     ${typed(other)}   (${other.kind})`);
  return [`Devices:  ${typed(first)}   (${first.kind}: type this into each device)`, ...also];
}

function typed({ url }: HubAddress): string {
  return url.replace('http://', '');
}
