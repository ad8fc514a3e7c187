// The hub's HTTP edge. The raw server is handed out so that the sync socket can share the port.

import type { Server } from 'node:http';
import { networkInterfaces } from 'node:os';

import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';

import type { Log } from '../log.ts';
import { listAddresses, type HubAddress } from '../network/addresses.ts';
import { readHealth, type HealthSource } from './health.ts';
import { greeting, refusalFor, unknownRoute } from './refusal.ts';

export type Http = {
  /** Routes are added to it before `listen`. */
  app: FastifyInstance;
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
};

const bodyBytesMax = 64 * 1024;
const requestMs = 10_000;

/** Everything but the listening. */
export function createHttp(options: HttpOptions): Http {
  const { host, log } = options;
  // Whoever watches /health asks every few seconds: only what goes wrong is worth a line.
  const level = log.isLevelEnabled('warn') ? 'warn' : log.level;
  const loggerInstance: FastifyBaseLogger = log.child({ part: 'http' }, { level });
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMs,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => refuseUnreadable(error, reply as FastifyReply),
    http: { headersTimeout: requestMs, connectionsCheckingInterval: 5_000 },
  });
  const addresses = (): HubAddress[] =>
    listAddresses(networkInterfaces(), host, listeningPort(app));

  answerRefusals(app);
  app.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(greeting));
  const startedMs = performance.now();
  app.get('/health', async (_request, reply) => {
    const health = readHealth(options.health);
    const upForMs = Math.round(performance.now() - startedMs);
    const answer = { ...health, version: options.version, upForMs };
    return reply.code(health.status === 'failing' ? 503 : 200).send(answer);
  });
  app.get('/network-info', () => ({ port: listeningPort(app), addresses: addresses() }));

  return {
    app,
    server: app.server,
    port: () => listeningPort(app),
    addresses,
    listen: async () => void (await app.listen({ host, port: options.port })),
    close: () => app.close(),
  };
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

function answerRefusals(app: FastifyInstance): void {
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? request.url;
    return reply.code(404).send(unknownRoute(request.method, path.slice(0, 200)));
  });
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const statusCode = error.statusCode ?? 500;
    if (statusCode >= 500) request.log.error({ error, url: request.url }, 'a request failed');
    return reply.code(statusCode).send(refusalFor(statusCode, error.message));
  });
}

/** An address that cannot even be read never reaches the handlers above. */
function refuseUnreadable({ statusCode = 400, message }: FastifyError, reply: FastifyReply): void {
  void reply.code(statusCode).send(refusalFor(statusCode, message));
}

function listeningPort(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the hub is not listening');
  return address.port;
}
