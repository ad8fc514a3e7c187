import { expect, it } from 'vitest';

import { unknownCommand } from './unknown-command.ts';

const known = ['order.open', 'order.close', 'order.addLine', 'payment.take', 'ticket.bump'];

it('names the command and the nearest ones there are', () => {
  const { code, message } = unknownCommand('order.addline', known);
  expect(code).toBe('UNKNOWN_COMMAND');
  expect(message).toBe(
    'The domain this client was opened with has no command "order.addline". The nearest it has: order.addLine, order.close, order.open.',
  );
});

it('says so when the domain has no command at all', () => {
  expect(unknownCommand('x', []).message).toContain('It has none at all.');
});
