// What every request has to pass before anything looks into it, an upgrade to a WebSocket as well:
// asked under the hub's own name, by a page of its own or by a program, and not too often.

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Log } from '../log.ts';
import { openBuckets, type Rate } from './buckets.ts';
import { securityHeaders } from './headers.ts';
import { isOurHost, isThisMachine, presentHosts, thisMachine } from './host.ts';
import { openOrigins } from './origins.ts';
import { type Refused, refuse } from './refusal.ts';

/** Of one address of the network. What runs on the hub's own machine is not counted. */
const addressRates = {
  calls: { perSecond: 20, burst: 200 },
  joins: { perSecond: 0.5, burst: 10 },
  opens: { perSecond: 20, burst: 100 },
} satisfies Record<string, Rate>;

/** Undefined for a request that may go on. */
export type Gate = (request: IncomingMessage) => Refused | undefined;

export interface GateOptions {
  readonly host: string;
  /** Where what it has to remember is kept; undefined keeps it in memory alone. */
  readonly dataFolder: string | undefined;
  readonly port: () => number;
  readonly log: Log;
}

export function openGate({ host, dataFolder, port, log }: GateOptions): Gate {
  const origins = openOrigins(dataFolder, log);
  const hostsNow = presentHosts(host, thisMachine);
  const nowMs = (): number => performance.now();
  const buckets = {
    calls: openBuckets(addressRates.calls, nowMs),
    joins: openBuckets(addressRates.joins, nowMs),
    opens: openBuckets(addressRates.opens, nowMs),
  };
  let remembered: ReadonlySet<string> | undefined;
  const whyNotFrom = (request: IncomingMessage): Refused | undefined => {
    const hosts = hostsNow();
    if (hosts !== remembered) {
      remembered = hosts;
      origins.add([...hosts].map((one) => new URL(`http://${one}:${port()}`).origin));
    }
    const said = valuesOf(request, 'host');
    if (said.length !== 1) return refusals.noHost;
    const wanted = isThisMachine(request.socket.remoteAddress) ? 'any' : port();
    if (!isOurHost(said[0] ?? '', hosts, wanted)) return refusals.anotherHost;
    // Where a line such as `GET http://shop.example/` names a host, that one would count.
    if (request.url?.startsWith('/') !== true) return refusals.noPath;
    const pages = valuesOf(request, 'origin');
    return pages.every((page) => origins.has(page)) ? undefined : refusals.anotherPage;
  };
  const whyNotNow = (request: IncomingMessage): Refused | undefined => {
    const { remoteAddress } = request.socket;
    if (isThisMachine(remoteAddress)) return undefined;
    const waitMs = buckets[actOf(request)](remoteAddress ?? '');
    return waitMs > 0 ? tooOften(waitMs) : undefined;
  };
  return (request) => {
    if (!methods.has(request.method ?? '')) return refusals.noMethod;
    return whyNotNow(request) ?? whyNotFrom(request);
  };
}

function actOf({ headers, url }: IncomingMessage): keyof typeof addressRates {
  if (headers.upgrade !== undefined) return 'opens';
  return pathOf(url).startsWith('/pairing/join') ? 'joins' : 'calls';
}

/** As the router reads it, which takes `/%70airing` for `/pairing`. */
function pathOf(url = ''): string {
  const [path = ''] = url.split(/[?;#]/);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const methods = new Set(['GET', 'HEAD', 'POST']);

/** As they came: of several equal headers Node keeps the first or joins them. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
}

/** Answers a request that does not pass, without reading what it brings. */
export function turnAway(response: ServerResponse, { refused }: Refused): void {
  const { status, ...said } = refused;
  response.shouldKeepAlive = false;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(said));
}

export function putSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
}

const useItsAddress = 'Use the address that the hub shows, such as http://192.168.1.20:8080.';

const refusals = {
  noHost: refuse(
    400,
    'BAD_REQUEST',
    'The request names no host, or several.',
    'Send exactly one Host header.',
  ),
  noPath: refuse(
    400,
    'BAD_REQUEST',
    'The request asks for something that is no path.',
    'Ask for a path, such as /health.',
  ),
  noMethod: refuse(
    405,
    'BAD_METHOD',
    'The hub answers GET, HEAD and POST only.',
    'Use one of them, as docs/door.md says.',
  ),
  anotherHost: refuse(
    421,
    'ANOTHER_HOST',
    'This hub does not go by the address that was asked for.',
    useItsAddress,
  ),
  anotherPage: refuse(
    403,
    'ANOTHER_PAGE',
    'A web page that is not this hub’s may not ask it for anything.',
    'Open the page at the address that the hub shows. A program leaves the Origin header out.',
  ),
};

/** There is no token left for whoever asks. */
export function tooOften(waitMs: number): Refused {
  const seconds = Math.ceil(waitMs / 1_000);
  return refuse(
    429,
    'TOO_OFTEN',
    'Too many requests came in a short time.',
    `Try again in ${seconds} s, and less often.`,
  );
}
