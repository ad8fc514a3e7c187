// What became of each of this device's own commands: the promises of those who gave them, and per
// subject the truth for its card on the screen: on this device, on the hub, or needs attention.

import type {
  Answered,
  CommandStatus,
  DeviceImage,
  Domain,
  Json,
  JsonObject,
  Refusal,
} from '@pos-sync/sync';
import { ClientError } from './client-error.ts';
import type { Given } from './mutate.ts';

/** One own command that did not simply go through. */
export interface Problem extends Refusal {
  readonly id: string;
  readonly name: string;
  readonly what: 'rejected' | 'deferred' | 'notSaved';
}

/** What may be said about a subject, an order say. */
export interface SubjectStatus {
  /** `saving` for the blink before it is durable here; `saved` on this device; `accepted` on the hub. */
  readonly state: 'saving' | 'saved' | 'accepted' | 'needsAttention';
  /** Commands of this device about the subject that have no outcome. */
  readonly onlyHere: number;
  readonly rejected: number;
  readonly deferred: number;
  readonly problems: readonly Problem[];
}

/** One command's status moved on. */
export interface Moved {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly status: CommandStatus;
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  status: CommandStatus;
  readonly tell?: Teller;
}

interface Teller {
  saved(): void;
  accepted(answered: Answered): void;
  failed(error: ClientError): void;
}

/** Problems that nobody dismisses are forgotten past so many; the hub's attention list has them too. */
const problemsMax = 500;

export class CommandBook {
  readonly #domain: Domain;
  readonly #entries = new Map<string, Entry>();
  readonly #bySubject = new Map<string, Set<Entry>>();
  readonly #problems = new Set<Entry>();

  constructor(domain: Domain, { outbox, unsettled }: DeviceImage) {
    this.#domain = domain;
    for (const { id, text } of outbox) this.#restore(id, text, { at: 'saved' });
    for (const { id, text, answered } of unsettled) {
      if (answered.outcome === 'deferred') this.#restore(id, text, { at: 'answered', answered });
    }
  }

  /** Enters a command before it is given, so that its first news finds it. */
  enter(id: string, name: string, args: JsonObject): Given {
    const v = this.#domain.mutators.get(name)?.v ?? 0;
    const saved = Promise.withResolvers<void>();
    const accepted = Promise.withResolvers<Answered>();
    const tell: Teller = {
      saved: () => saved.resolve(),
      accepted: (answered) => {
        saved.resolve();
        accepted.resolve(answered);
      },
      failed: (error) => {
        saved.reject(error);
        accepted.reject(error);
      },
    };
    const subject = this.#subjectOf(name, v, args);
    this.#add({ id, name, subject, status: { at: 'saving' }, tell });
    return { id, saved: heeded(saved.promise), accepted: heeded(accepted.promise) };
  }

  /** Takes a status in and tells whoever waits for it. Undefined for a command nobody knows. */
  move(id: string, status: CommandStatus): Moved | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    entry.status = status;
    const { name, subject, tell } = entry;
    if (status.at === 'saved') tell?.saved();
    if (status.at === 'notSaved') tell?.failed(new ClientError('NOT_SAVED', status.message));
    if (status.at === 'answered') tell?.accepted(status.answered);
    if (problemOf(entry) !== undefined) this.#keepProblem(entry);
    else if (status.at === 'answered') this.#remove(entry);
    return { id, name, subject, status };
  }

  statusOf(subject: string): SubjectStatus {
    const problems: Problem[] = [];
    let saving = 0;
    let onlyHere = 0;
    for (const entry of this.#bySubject.get(subject) ?? []) {
      const problem = problemOf(entry);
      if (problem !== undefined) problems.push(problem);
      else onlyHere += 1;
      if (entry.status.at === 'saving') saving += 1;
    }
    const count = (what: Problem['what']): number =>
      problems.filter((problem) => problem.what === what).length;
    const calm = saving > 0 ? 'saving' : onlyHere > 0 ? 'saved' : 'accepted';
    return {
      state: problems.length > 0 ? 'needsAttention' : calm,
      onlyHere,
      rejected: count('rejected'),
      deferred: count('deferred'),
      problems,
    };
  }

  /** A person has read it. Deferred commands stay: the hub or a manager settles them. */
  dismiss(id: string): string | undefined {
    const entry = this.#entries.get(id);
    const problem = entry === undefined ? undefined : problemOf(entry);
    if (entry === undefined || problem === undefined || problem.what === 'deferred')
      return undefined;
    this.#remove(entry);
    return entry.subject;
  }

  /** Nobody will hear of outcomes any more. What was saved stays saved. */
  close(): void {
    const message = 'The app was closed first. What was saved is sent when it is opened again.';
    for (const { tell } of this.#entries.values()) tell?.failed(new ClientError('CLOSED', message));
  }

  #restore(id: string, text: string, status: CommandStatus): void {
    const { name, v, args } = JSON.parse(text) as { name: string; v: number; args: Json };
    this.#add({ id, name, subject: this.#subjectOf(name, v, args), status });
  }

  /** Empty for a command that this build cannot read. */
  #subjectOf(name: string, v: number, args: Json): string {
    const mutator = this.#domain.mutators.get(name);
    if (mutator === undefined) return '';
    const lifted = v === mutator.v ? args : this.#domain.upcast(name, v, args);
    const parsed = mutator.schema.safeParse(lifted);
    return parsed.success ? mutator.subject(parsed.data) : '';
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    const same = this.#bySubject.get(entry.subject);
    if (same === undefined) this.#bySubject.set(entry.subject, new Set([entry]));
    else same.add(entry);
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#problems.delete(entry);
    const same = this.#bySubject.get(entry.subject);
    same?.delete(entry);
    if (same?.size === 0) this.#bySubject.delete(entry.subject);
  }

  #keepProblem(entry: Entry): void {
    this.#problems.add(entry);
    for (const oldest of this.#problems) {
      if (this.#problems.size <= problemsMax) return;
      this.#remove(oldest);
    }
  }
}

/** A command that was refused: nothing is entered, nothing was saved. */
export function refusedGiven(id: string, refused: Refusal): Given {
  const error = new ClientError(refused.code, refused.message);
  return {
    id,
    refused,
    saved: heeded(Promise.reject(error)),
    accepted: heeded(Promise.reject(error)),
  };
}

function problemOf({ id, name, status }: Entry): Problem | undefined {
  if (status.at === 'notSaved') {
    return { id, name, what: 'notSaved', code: 'NOT_SAVED', message: status.message };
  }
  if (status.at !== 'answered') return undefined;
  const { outcome, code = '', message = '' } = status.answered;
  return outcome === 'ok' ? undefined : { id, name, what: outcome, code, message };
}

/** Most callers never look at the promises; that must not end a process. */
function heeded<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}
