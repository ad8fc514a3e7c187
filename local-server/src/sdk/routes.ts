// The client for programs, handed out by the hub itself: in a shop without internet there is nowhere
// else to get it from, and it always fits the hub it came from.

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { FastifyInstance } from 'fastify';

import { answer, refuse } from '../http/refusal.ts';
import { addRoute } from '../http/routes.ts';

const files = [
  {
    name: 'client.js',
    type: 'text/javascript; charset=utf-8',
    summary: 'The client for programs: one module for browsers and Node that needs no other.',
  },
  {
    name: 'client.d.ts',
    type: 'text/plain; charset=utf-8',
    summary: 'The types of that module, for TypeScript and editors.',
  },
  {
    name: 'client.tgz',
    type: 'application/gzip',
    summary: 'Both as a package, which npm installs from this very address.',
  },
];

/** Beside the bundled hub; what was last built, where it runs from its sources. */
const standardFolder = path.join(
  import.meta.dirname,
  import.meta.filename.endsWith('.ts') ? '../../../dist/sdk' : 'sdk',
);

export function addSdkRoutes(app: FastifyInstance, folder = standardFolder): void {
  for (const { name, type, summary } of files) {
    const [media = type] = type.split(';');
    addRoute(app, {
      method: 'GET',
      url: `/sdk/${name}`,
      who: 'everybody',
      summary,
      response: { type: 'string' },
      media,
      refusals: ['404 NO_SDK'],
      async handler(_request, reply) {
        const bytes = await readFile(path.join(folder, name)).catch(unlessMissing);
        return bytes === undefined ? answer(reply, noSdk) : reply.type(type).send(bytes);
      },
    });
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

const noSdk = refuse(
  404,
  'NO_SDK',
  'This hub was started without the client for programs.',
  'In the project, start it with npm run production, which makes it; elsewhere copy the whole folder once more.',
);
