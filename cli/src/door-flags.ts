// The flags of every command that asks the running hub: where it is, and what a device may be called
// and used for. A wrong word is a sentence before the hub is asked.

import path from 'node:path';

import { deviceRoles, whyNotThisName } from '@pos-sync/local-server';
import { type Command, InvalidArgumentError, Option } from 'commander';

import type { HubDoor } from './hub-door.ts';
import { standardDataFolder } from './program.ts';

export interface DoorFlags {
  readonly data: string;
  readonly hub?: string;
  readonly json?: true;
}

export function withDataFlag(command: Command): Command {
  return command.option('--data <folder>', "the hub's data folder", standardDataFolder());
}

export function withDoorFlags(command: Command, json: string): Command {
  return withDataFlag(command)
    .option('--hub <address>', 'its address or port on this machine, if not as it says itself')
    .option('--json', json);
}

export async function doorOf({ data, hub }: DoorFlags): Promise<HubDoor> {
  const { findDoor } = await import('./hub-door.ts');
  return findDoor(path.resolve(data), hub);
}

export function roleOption(): Option {
  const option = new Option('--role <role>', 'what it is used for');
  return option.choices(deviceRoles).makeOptionMandatory();
}

export function deviceName(name: string): string {
  const wrong = whyNotThisName(name);
  if (wrong !== undefined) throw new InvalidArgumentError(wrong);
  return name;
}
