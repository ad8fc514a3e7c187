// Under which names a hub is asked: its own, exactly. A web page elsewhere can make a browser send
// requests to this machine under a name of its own; those are turned away.

import { hostname, networkInterfaces } from 'node:os';

/** An interface may come or go at any time; asking the system for each request is too much. */
const lookAgainAfterMs = 1_000;

/** What the system says about the machine; tests say it themselves. */
export interface Machine {
  readonly nowMs: () => number;
  readonly name: () => string;
  readonly addresses: () => readonly string[];
}

export const thisMachine: Machine = {
  nowMs: () => performance.now(),
  name: hostname,
  addresses: () =>
    Object.values(networkInterfaces()).flatMap((entries) =>
      (entries ?? []).map(({ address }) => address),
    ),
};

/**
 * The names and addresses the machine has at present, as they stand in a URL: `192.168.1.20`,
 * `[fd00::20]`, `localhost`, `grill`, `grill.local`.
 *
 * @param host where the hub was told to listen
 */
export function presentHosts(host: string, machine: Machine): () => ReadonlySet<string> {
  let known: ReadonlySet<string> = new Set();
  let lookAtMs = -Infinity;
  return () => {
    if (machine.nowMs() < lookAtMs) return known;
    lookAtMs = machine.nowMs() + lookAgainAfterMs;
    const name = machine.name().toLowerCase();
    const local = `${name.split('.')[0] ?? name}.local`;
    const isAny = host === '0.0.0.0' || host === '::';
    const told = isAny ? [] : [host];
    const all = ['localhost', '127.0.0.1', '::1', name, local, ...told, ...machine.addresses()];
    known = new Set(all.flatMap((one) => inUrl(one)));
    return known;
  };
}

/** An address as URLs write it; none for what cannot stand in one, such as `fe80::1%eth0`. */
function inUrl(address: string): string[] {
  const text = address.includes(':') ? `[${address}]` : address;
  const url = URL.parse(`http://${text}`);
  return url === null ? [] : [url.hostname];
}

/**
 * Whether a `Host` header names one of `hosts` with this port, letter by letter: what a URL would
 * read as the same (`127.1`, `user@localhost`, `localhost/x`) is not.
 *
 * @param port `any` for what another program on this machine passes on from a port of its own
 */
export function isOurHost(
  header: string,
  hosts: ReadonlySet<string>,
  port: number | 'any',
): boolean {
  const url = URL.parse(`http://${header}`);
  if (url === null || !hosts.has(url.hostname)) return false;
  const said = header.toLowerCase();
  const meant = port === 'any' ? url.port || '80' : String(port);
  return said === `${url.hostname}:${meant}` || (meant === '80' && said === url.hostname);
}

/**
 * A program on the machine the hub runs on, by the addresses that the system gives it by itself: the
 * key of the box counts from there alone, and nobody there is counted among those who crowd the door.
 */
export function isThisMachine(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';
}
