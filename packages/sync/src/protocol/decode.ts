// Untrusted text stops here: it becomes one message of the union asked for, or a sentence that says
// what was wrong with it.

import type * as z from 'zod/mini';
import { inWords, sayUnfit } from '../unfit-data.ts';
import { type Down, downSchema } from './down.ts';
import { frameBytesMax } from './limits.ts';
import { type Up, upSchema } from './up.ts';

export type Decoded<Message> =
  | { readonly message: Message; readonly problem?: undefined }
  | { readonly problem: string; readonly message?: undefined };

export function decodeUp(text: string): Decoded<Up> {
  if (text.length > frameBytesMax)
    return { problem: `A frame is longer than ${frameBytesMax} bytes.` };
  return decode(upSchema, text);
}

export function decodeDown(text: string): Decoded<Down> {
  return decode(downSchema, text);
}

function decode<Message>(schema: z.ZodMiniType<Message>, text: string): Decoded<Message> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'A frame is not JSON.' };
  }
  const parsed = schema.safeParse(value, inWords);
  if (parsed.success) return { message: parsed.data };
  const what = sayUnfit(parsed.error, value, 'the frame');
  return { problem: `A frame breaks the protocol: ${what}.` };
}
