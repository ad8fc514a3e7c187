// Everything this package fails with is data: a code for programs, a sentence for a person, and
// where there is one, what to do next.

import type { Refusal } from '@pos-sync/sync';

export class ClientError extends Error implements Refusal {
  readonly code: string;
  /** What to do next, as a sentence. */
  readonly fix: string | undefined;

  constructor(code: string, message: string, fix?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ClientError';
    this.code = code;
    this.fix = fix;
  }
}
