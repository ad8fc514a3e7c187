// What a person sees when the hub has started: the address to type into a tablet first, and what to do
// next.

import type { HubAddress } from './network/addresses.ts';
import type { Settings } from './settings.ts';

export type Started = {
  settings: Settings;
  /** There was no database in the data folder. */
  isNewShop: boolean;
  port: number;
  addresses: readonly HubAddress[];
  /** Where `pos-sync` looks for the hub by itself. */
  standardDataFolder: string;
  /** The address for a camera; left out where none reaches the hub, or the claim code brings its own. */
  picture?: string | undefined;
  /** It has no terminal. */
  isInBackground?: true;
};

export function banner(started: Started): string {
  const { settings, port, addresses, standardDataFolder, picture, isInBackground } = started;
  const reachable = reachableOf(addresses);
  const lines = ['', 'The hub is running.', '', ...addressLines(reachable, port), ''];
  if (picture !== undefined) lines.push(picture, '');
  const where = settings.dataFolder === standardDataFolder ? '' : ` --data ${settings.dataFolder}`;
  const command = (name: string): string => `npm run -s pos-sync -- ${name}${where}`;
  return [
    ...lines,
    ...storageLines(started),
    `Next:     ${command('pair --role entry --name Till')}`,
    '          lets a device in; each gets a name and a code of its own',
    `          ${command('status')}`,
    '          says how the hub is; "doctor" looks for what may be wrong, "logs" shows what it said',
    `More:     http://127.0.0.1:${port}/docs for programs`,
    `Stop:     ${isInBackground ? command('stop') : 'Ctrl+C'}`,
    '',
  ].join('\n');
}

/** Those that another machine in the shop may use. */
export function reachableOf(addresses: readonly HubAddress[]): HubAddress[] {
  return addresses.filter(({ kind }) => kind !== 'loopback' && kind !== 'virtual');
}

function storageLines({ settings, isNewShop }: Started): string[] {
  if (settings.store === 'memory') {
    return [
      'Orders:   kept in memory only. They are gone when the hub stops.',
      `Data:     keys and log in ${settings.dataFolder}`,
    ];
  }
  return [
    `Orders:   kept on the disk, in ${settings.dataFolder}`,
    ...(isNewShop
      ? [
          '          A new, empty shop was made here. If you had orders before, this is not',
          '          their folder: stop the hub and name the right one with --data.',
        ]
      : []),
  ];
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
