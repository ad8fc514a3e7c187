// The address of a hub as people type it: off a screen, out of a browser, with or without `http://`.

import { ClientError } from './client-error.ts';

export interface HubAddress {
  readonly isSecure: boolean;
  /** Host and port. */
  readonly host: string;
}

/** Where a hub listens when nobody says otherwise. */
const standardPort = 8080;

/** Throws `ClientError` `BAD_ADDRESS`. A path is what a browser leaves behind, and is not used. */
export function hubAddress(typed: string): HubAddress {
  const found = /^(?:(http|ws)(s?):\/\/)?([^/?#\s@]+)(?:[/?#]\S*)?$/i.exec(typed.trim());
  const [, scheme, secure = '', given = ''] = found ?? [];
  const host = hostOf(given, scheme === undefined);
  if (host === undefined) {
    const fix = `Type it as the hub shows it, like 192.168.1.100:${standardPort}.`;
    throw new ClientError('BAD_ADDRESS', `"${typed}" is not the address of a hub.`, fix);
  }
  return { isSecure: secure !== '', host };
}

/** Host and port, where they are some. */
function hostOf(given: string, isBare: boolean): string | undefined {
  const [, name = '', port] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(given) ?? [];
  // A number alone is a port or a code that somebody took for the address.
  if (name === '' || /^[\d.]+$/.test(name) !== /^\d+(\.\d+){3}$/.test(name)) return undefined;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  if (!URL.canParse(`http://${given}`)) return undefined;
  return port === undefined && isBare ? `${name}:${standardPort}` : given;
}
