// The hub's HTTP edge. The raw server is handed out so that the sync socket can share the port.

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type ConnectionError,
} from 'fastify';
import { HubStopped } from '@pos-sync/sync';

import type { Log } from '../log.ts';
import { listAddresses, type HubAddress } from '../network/addresses.ts';
import { readJsonBodies } from './body.ts';
import { type Gate, openGate, putSecurityHeaders, turnAway } from './gate.ts';
import { securityHeaders } from './headers.ts';
import { addDescription } from './description.ts';
import { readHealth, type HealthSource } from './health.ts';
import { answer, greeting, hubStopped, joinPage, refusalFor, unknownRoute } from './refusal.ts';
import { addRoute, type Guard, guardRoutes } from './routes.ts';
import { closed, listOf, text, whole } from './schema.ts';

export type Http = {
  /** Routes are added to it before `listen`. */
  app: FastifyInstance;
  guard: Guard;
  /** What an upgrade to a WebSocket has to pass as well. */
  gate: Gate;
  server: Server;
  /** The port it really listens on, also when 0 was asked for; 0 before `listen`. */
  port: () => number;
  addresses: () => HubAddress[];
  /**
   * Opens the door and returns when devices can connect. Rejects with the system's error when the
   * port cannot be had; `sayWhyNotListening` turns that into a sentence.
   */
  listen: () => Promise<void>;
  close: () => Promise<void>;
};

type HttpOptions = {
  host: string;
  port: number;
  version: string;
  health: readonly HealthSource[];
  log: Log;
  /** Where the door keeps what it has to remember; left out, it is forgotten at the end. */
  dataFolder?: string;
};

const networkSchema = closed({
  port: whole('The port it listens on.'),
  addresses: listOf(
    closed({
      address: text('An address of this machine.'),
      interface: text('The name of the network interface.'),
      kind: text('What kind of network that is.'),
      url: text('What a device opens.'),
    }),
  ),
});
const healthSchema = closed({
  status: { enum: ['ok', 'degraded', 'failing'] },
  reasons: listOf(closed({ code: text(), message: text(), fix: text('What a person can do.') })),
  version: text('The version of the hub.'),
  upForMs: whole('How long it has been running, in ms.'),
});

const bodyBytesMax = 64 * 1024;
/** How a connection is kept from lasting or growing without end. */
const serverLimits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 8 * 1024,
  // The gate says why a request without one is refused.
  requireHostHeader: false,
  // What is no whole handshake of a WebSocket is answered like any other request.
  shouldUpgradeCallback: ({ method, headers }: IncomingMessage) =>
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? ''),
};
const requestsPerSocketMax = 100;
/** Above it the system drops connections unseen; long before, the channel sheds strangers. */
const connectionsCeiling = 640;

/** Everything but the listening. */
export function createHttp(options: HttpOptions): Http {
  const { host, log } = options;
  // Whoever watches /health asks every few seconds: only what goes wrong is worth a line.
  const level = log.isLevelEnabled('warn') ? 'warn' : log.level;
  const loggerInstance: FastifyBaseLogger = log.child({ part: 'http' }, { level });
  const port = (): number => listeningPort(app);
  let portAtGate: number | undefined;
  const gate = openGate({
    host,
    dataFolder: options.dataFolder,
    // A request may still come when the server no longer listens.
    port: () => (portAtGate ??= port()),
    log,
  });
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    // A body is as its sender signed it: nothing is turned into what it is not, nothing left out.
    // A refusal says what would have fitted, so it has to know the schema: hence `verbose`.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, verbose: true } },
    forceCloseConnections: true,
    clientErrorHandler: refuseBroken,
    frameworkErrors: (error, _request, reply) => refuseUnreadable(error, reply as FastifyReply),
    serverFactory: (handler) => openServer(gate, handler),
  });
  const addresses = (): HubAddress[] =>
    listAddresses(networkInterfaces(), host, listeningPort(app));

  answerRefusals(app);
  readJsonBodies(app);
  const guard = guardRoutes(app);
  addPages(app);
  addHealth(app, options);
  addDescription(app, guard, options.version);
  addRoute(app, {
    method: 'GET',
    url: '/network-info',
    who: 'everybody',
    summary: 'Where devices can reach the hub, best address first.',
    response: networkSchema,
    handler: () => ({ port: listeningPort(app), addresses: addresses() }),
  });

  return {
    app,
    guard,
    gate,
    server: app.server,
    port,
    addresses,
    listen: async () => void (await app.listen({ host, port: options.port })),
    close: () => app.close(),
  };
}

/** Every answer has the headers, and no request that does not pass the gate comes any further. */
function openServer(gate: Gate, handler: RequestListener): Server {
  const listener: RequestListener = (request, response) => {
    putSecurityHeaders(response);
    const refused = gate(request);
    if (refused === undefined) handler(request, response);
    else turnAway(response, refused);
  };
  // Whoever expects something of the hub that it does not know is answered as anybody else.
  const server = createServer(serverLimits, listener).on('checkExpectation', listener);
  server.maxRequestsPerSocket = requestsPerSocketMax;
  server.maxConnections = connectionsCeiling;
  return server;
}

/** Says what a person can do about a port that cannot be had; undefined for any other error. */
export function sayWhyNotListening(error: unknown, host: string, port: number): string | undefined {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return (
        `Port ${port} is already taken on this machine, most likely by a hub that is running. ` +
        `Stop that one, or start this one with --port ${port === 65_535 ? 8080 : port + 1}.`
      );
    case 'EACCES':
      return `This user may not open port ${port}. Choose one above 1023, for example --port 8080.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return (
        `This machine does not have the address ${host}. ` +
        'Choose one it has with --host, or leave --host out to listen on all of them.'
      );
    default:
      return undefined;
  }
}

/** What people see who type an address into a browser. */
function addPages(app: FastifyInstance): void {
  const pages = [
    { url: '/', page: greeting, summary: 'Says in a browser what this is.' },
    { url: '/join', page: joinPage, summary: 'Says in a browser how a device is let in.' },
  ];
  for (const { url, page, summary } of pages) {
    addRoute(app, {
      method: 'GET',
      url,
      who: 'everybody',
      summary,
      response: { type: 'string' },
      media: 'text/plain',
      handler: (_request, reply) => reply.type('text/plain; charset=utf-8').send(page),
    });
  }
}

function addHealth(app: FastifyInstance, { health, version }: HttpOptions): void {
  const startedMs = performance.now();
  addRoute(app, {
    method: 'GET',
    url: '/health',
    who: 'everybody',
    summary: 'Whether all is well, and what to do where it is not; 503 when orders do not move.',
    response: healthSchema,
    statuses: [200, 503],
    handler(_request, reply) {
      const found = readHealth(health);
      const upForMs = Math.round(performance.now() - startedMs);
      const status = found.status === 'failing' ? 503 : 200;
      return reply.code(status).send({ ...found, version, upForMs });
    },
  });
}

function answerRefusals(app: FastifyInstance): void {
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? request.url;
    return reply.code(404).send(unknownRoute(request.method, path));
  });
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    if (error instanceof HubStopped) return answer(reply, hubStopped);
    const statusCode = error.statusCode ?? 500;
    // Not the address as it was asked: somebody could have put a key or a card number in there.
    const { url } = request.routeOptions;
    if (statusCode >= 500) request.log.error({ error, url }, 'a request failed');
    return reply.code(statusCode).send(refusalFor(error));
  });
}

/** An address that cannot even be read never reaches the handlers above. */
function refuseUnreadable(error: FastifyError, reply: FastifyReply): void {
  void reply.code(error.statusCode ?? 500).send(refusalFor(error));
}

/** What is no HTTP, or stops in the middle, never becomes a request. */
function refuseBroken({ code }: ConnectionError, socket: Socket): void {
  if (code !== 'ECONNRESET' && socket.writable) {
    const status = brokenStatuses[code] ?? '400 Bad Request';
    const body = JSON.stringify(refusalFor({ statusCode: 400 }));
    const headers = {
      connection: 'close',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...securityHeaders,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
  }
  socket.destroySoon();
}

const brokenStatuses: Record<string, string | undefined> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

function listeningPort(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the hub is not listening');
  return address.port;
}
