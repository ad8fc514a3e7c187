// What may be typed about what waits for a manager: the list, a decision, and taking off the list what
// somebody dealt with.

import type { Command } from 'commander';

import { type DoorFlags, doorOf, withDoorFlags } from '../door-flags.ts';
import { Failure } from '../failure.ts';
import { countOf } from '../history/commands.ts';
import { attentionHelp, decideHelp, dismissHelp } from './help.ts';

interface DecideFlags extends DoorFlags {
  readonly device?: string;
  readonly apply?: true;
  readonly drop?: true;
}

interface DismissFlags extends DoorFlags {
  readonly all?: true;
}

export function addAttentionCommands(program: Command): void {
  const attention = program
    .command('attention')
    .description('lists what waits for a decision, and what was rejected or strange')
    .option('--limit <count>', 'at most so many of each', countOf, 50);
  withDoorFlags(attention, 'prints {"waiting":[…],"entries":[…]} on one line')
    .addHelpText('after', attentionHelp)
    .action(async (flags: DoorFlags & { readonly limit: number }) => {
      const { readAttention, readWaiting } = await import('./ask.ts');
      const { attentionText } = await import('./tables.ts');
      const door = await doorOf(flags);
      const { waiting } = await readWaiting(door, flags.limit);
      const { entries } = await readAttention(door, flags.limit);
      const text = flags.json
        ? JSON.stringify({ waiting, entries })
        : attentionText(waiting, entries, Date.now());
      console.log(text);
    });

  const decide = program
    .command('decide')
    .description('decides on what was set aside: it is carried out, or dropped for good')
    .argument('[place...]', 'where it stands on the list of "attention", or its id')
    .option('--device <device>', 'all that waits of this device: its letter, name or id')
    .option('--apply', 'carries it out, whatever its device may by now')
    .option('--drop', 'drops it for good');
  withDoorFlags(decide, 'prints what the hub answered to each, a line each')
    .addHelpText('after', decideHelp)
    .action(async (places: string[], flags: DecideFlags) => {
      if (flags.apply === flags.drop) {
        throw new Failure(2, 'Is it carried out or dropped?', 'Say either --apply or --drop.');
      }
      if (places.length > 0 === (flags.device !== undefined)) {
        throw new Failure(2, 'What is decided on?', 'Say which places, or --device.');
      }
      const { decideAll } = await import('./decide.ts');
      const { device, apply = false, json = false } = flags;
      process.exitCode = await decideAll(await doorOf(flags), { places, device, apply, json });
    });

  const dismiss = program
    .command('dismiss')
    .description('takes off the list what somebody dealt with')
    .argument('[place...]', 'where it stands on the list of "attention", or its id')
    .option('--all', 'everything that does not wait for a decision');
  withDoorFlags(dismiss, 'prints {"dismissed":[…]} on one line')
    .addHelpText('after', dismissHelp)
    .action(async (places: string[], flags: DismissFlags) => {
      if (places.length > 0 === (flags.all === true)) {
        throw new Failure(2, 'What is taken off the list?', 'Say which places, or --all.');
      }
      const { dismissAll } = await import('./decide.ts');
      console.log(await dismissAll(await doorOf(flags), places, flags.json === true));
    });
}
