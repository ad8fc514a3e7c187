// Asks for a sign of life: a dead link does not close a WebSocket.

import * as z from 'zod/mini';

export const pingSchema = z.strictObject({ type: z.literal('ping') });
