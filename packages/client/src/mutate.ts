// The commands of a domain as functions: 'order.addLine' is called as mutate.order.addLine(args).
// Their types come from an interface of the domain that maps each command name to its args.

import type { Answered, Refusal } from '@pos-sync/sync';

/** What became of a command the moment it was given, and how one hears of the rest. */
export interface Given {
  readonly id: string;
  /** Why nothing was saved; undefined when the command is on its way. */
  readonly refused?: Refusal;
  /** Settles when the command is durable on this device; rejects with `ClientError`. */
  readonly saved: Promise<void>;
  /**
   * Settles with the hub's first outcome, `ok`, `rejected` or `deferred`; how a deferred command
   * ends comes by `onMoved`. Rejects with `ClientError` when nothing was saved or, with the code
   * `CLOSED`, when the client was closed first: the command is safe and is sent another time.
   */
  readonly accepted: Promise<Answered>;
}

type Give = (args: object) => Given;

export type Mutate<Commands extends object> = string extends keyof Commands
  ? Readonly<Record<string, Readonly<Record<string, Give>>>>
  : Tree<Commands>;

type Tree<Commands extends object> = {
  readonly [Name in keyof Commands & string as Head<Name>]: Name extends `${infer Group}.${string}`
    ? Tree<Within<Commands, Group>>
    : (args: Commands[Name]) => Given;
};

type Head<Name extends string> = Name extends `${infer Group}.${string}` ? Group : Name;

type Within<Commands extends object, Group extends string> = {
  [
    Name in keyof Commands & string as Name extends `${Group}.${infer Rest}` ? Rest : never
  ]: Commands[Name];
};

interface Branch {
  [name: string]: Branch | Give;
}

/** Builds the functions for all `names`. */
export function mutateOf<Commands extends object>(
  names: Iterable<string>,
  give: (name: string, args: object) => Given,
): Mutate<Commands> {
  const root: Branch = {};
  for (const name of names) {
    const groups = name.split('.');
    const last = groups.pop() ?? name;
    let branch = root;
    for (const group of groups) branch = branchAt(branch, group);
    branch[last] = (args) => give(name, args);
  }
  return root as Mutate<Commands>;
}

function branchAt(branch: Branch, group: string): Branch {
  const found = branch[group];
  if (typeof found === 'object') return found;
  const made: Branch = {};
  // oxlint-disable-next-line no-param-reassign -- the tree is being built
  branch[group] = made;
  return made;
}
