// Which addresses of this machine a device can be told to connect to, best one first. People read
// the first one off the screen and type it into a tablet.

import { existsSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';

export type AddressKind = 'wifi' | 'ethernet' | 'virtual' | 'other' | 'loopback';

export type HubAddress = { address: string; interface: string; kind: AddressKind; url: string };

type Interfaces = Record<string, NetworkInterfaceInfo[] | undefined>;

/** The order in which people should try them. */
const kindOrder: readonly AddressKind[] = ['wifi', 'ethernet', 'other', 'virtual', 'loopback'];

/**
 * @param interfaces what `os.networkInterfaces()` answers
 * @param host the address the hub listens on; 0.0.0.0 and :: mean all of them
 * @param isWireless asks the system, where it knows; names decide otherwise
 */
export function listAddresses(
  interfaces: Interfaces,
  host: string,
  port: number,
  isWireless: (name: string) => boolean = isWirelessOnLinux,
): HubAddress[] {
  const found: HubAddress[] = [];
  for (const [name, entries] of Object.entries(interfaces)) {
    for (const entry of entries ?? []) {
      if (!isReachable(entry, host)) continue;
      const { address } = entry;
      const kind = kindOf(name, entry, isWireless);
      const url = `http://${entry.family === 'IPv6' ? `[${address}]` : address}:${port}`;
      found.push({ address, interface: name, kind, url });
    }
  }
  return found.sort((a, b) => rank(a) - rank(b));
}

function isReachable(entry: NetworkInterfaceInfo, host: string): boolean {
  const isLinkLocal = entry.family === 'IPv6' && entry.address.startsWith('fe80:');
  if (isLinkLocal) return false;
  switch (host) {
    case '0.0.0.0':
      return entry.family === 'IPv4';
    case '::':
      return true;
    case 'localhost':
      return entry.internal;
    default:
      return entry.address === host;
  }
}

function kindOf(
  name: string,
  entry: NetworkInterfaceInfo,
  isWireless: (name: string) => boolean,
): AddressKind {
  if (entry.internal) return 'loopback';
  if (isWireless(name) || /^(wl|wifi|ath|wi-fi|wlan)/i.test(name)) return 'wifi';
  if (/^(docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|wg|utun|tailscale|zt)/i.test(name)) {
    return 'virtual';
  }
  return /^(en|eth|ethernet|lan)/i.test(name) ? 'ethernet' : 'other';
}

function isWirelessOnLinux(name: string): boolean {
  return existsSync(`/sys/class/net/${name}/wireless`);
}

/** An IPv4 address is shorter to type; one the machine gave itself (169.254) leads nowhere. */
function rank({ address, kind }: HubAddress): number {
  const penalty = address.startsWith('169.254.') ? 100 : 0;
  return kindOrder.indexOf(kind) * 2 + (address.includes(':') ? 1 : 0) + penalty;
}
