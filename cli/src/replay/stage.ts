// What a replay is told, where it happens, and what it ends with, whoever's hub it is.

import type { Report } from './report.ts';
import type { Visit } from './manager.ts';
import type { WorkOptions } from './work.ts';

export interface ReplayOptions extends WorkOptions {
  readonly entries: number;
  readonly displays: number;
  /** Where everything is kept; undefined for a scratch folder that goes at the end. */
  readonly keep: string | undefined;
  /** The running hub it goes through; undefined for one of its own. */
  readonly visit: Visit | undefined;
}

export interface Replayed {
  readonly report: Report;
  readonly findings: readonly string[];
  /** How many devices took part. */
  readonly devices: number;
  /** A sentence about what stays in a hub that is not the replay's own. */
  readonly left?: string;
}

export interface Stage {
  readonly folder: string;
  /** Takes down what has to be closed at the end; it is closed at once when the end was before. */
  opened(close: () => Promise<unknown>): Promise<void>;
  isStopped(): boolean;
}
