import { pino } from 'pino';
import { expect, it } from 'vitest';

import { addRoute } from './routes.ts';
import { createHttp } from './server.ts';

const log = pino({ level: 'silent' });
const open = () => createHttp({ host: '127.0.0.1', port: 0, version: '1', health: [], log });

it('lets no route in that does not say who may call it', async () => {
  const { app, close } = open();
  expect(() => app.get('/secret', () => 'all orders')).toThrow('does not say who may call it');
  await close();
});

it('keeps a route closed for as long as it cannot tell callers apart', async () => {
  const { app, listen, port, close } = open();
  const [method, who] = ['GET', 'manager'] as const;
  const about = { summary: '', response: { type: 'string' } };
  addRoute(app, { method, url: '/secret', who, ...about, handler: () => 'all orders' });
  await listen();
  const response = await fetch(`http://127.0.0.1:${port()}/secret`);
  expect([response.status, await response.text()]).toEqual([
    500,
    expect.stringContaining('HUB_FAULT'),
  ]);
  await close();
});
