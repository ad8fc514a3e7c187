// Commands before these are missing: resend from here. Nothing was recorded.

import * as z from 'zod/mini';
import { count } from '../scalar.ts';

export const gapSchema = z.strictObject({ type: z.literal('gap'), from: count });
