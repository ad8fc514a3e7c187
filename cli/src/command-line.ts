// What may be typed behind `pos-sync`. Each command reads its flags here and is carried out in a file
// of its own, loaded only when it is asked for.

import { Command, InvalidArgumentError } from 'commander';

import { pairHelp, replayHelp } from './help.ts';
import { addAttentionCommands } from './attention/commands.ts';
import { type DoorFlags, deviceName, doorOf, roleOption, withDoorFlags } from './door-flags.ts';
import { addDeviceCommands } from './devices/commands.ts';
import { addHistoryCommands } from './history/commands.ts';
import { addDoctorCommand } from './doctor/commands.ts';
import { addMenuCommands } from './menu/commands.ts';
import { deviceCommand } from './replay/messages.ts';
import { addRunningCommands } from './running/commands.ts';

const seedMax = 2 ** 32 - 1;

export const program = new Command('pos-sync')
  .description('Works with the hub of this shop.')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('Add --help to see what there is.')
  .addHelpText('after', '\nEnds with 0, with 1 when it failed, with 2 when it was asked wrongly.');

addRunningCommands(program);
addDoctorCommand(program);

withDoorFlags(
  program
    .command('pair')
    .description('opens a pairing window on the running hub and says the code for one new device')
    .addOption(roleOption())
    .requiredOption('--name <name>', 'what people will call the device', deviceName),
  'prints {"code","joinAddress","role","name","expiresAtMs"} on one line',
)
  .addHelpText('after', pairHelp)
  .action(async (flags: PairFlags) => {
    const { pair } = await import('./pair.ts');
    const { role, name, json = false } = flags;
    const isTerminal = process.stdout.isTTY;
    console.log(await pair({ role, name, json, isTerminal, ...(await doorOf(flags)) }));
  });

addDeviceCommands(program);
addHistoryCommands(program);
addAttentionCommands(program);
addMenuCommands(program);

program
  .command('replay')
  .description('lets the orders of a file flow through a hub, and judges what arrived')
  .argument('<file>', 'the orders, tab-separated or one in JSON on each line')
  .option(
    '--entries <count>',
    'waiters’ devices that take the orders in turn',
    wholeNumber(1, 64),
    1,
  )
  .option('--displays <count>', 'devices that look on, as managers', wholeNumber(0, 256), 1)
  .option('--chaos', 'bad luck: kills the hub and devices, and cuts connections')
  .option(
    '--seed <number>',
    'with --chaos: who is hit and when; the same number hits the same',
    wholeNumber(0, seedMax),
    1,
  )
  .option('--skip-bad', 'leaves out what is no order and names it, instead of stopping')
  .option('--json', 'the result as one line of JSON, the last on stdout')
  .option('--keep <folder>', 'a new folder where database, storages and traces stay')
  .option('--hub <address>', 'through the hub that runs there, instead of one of its own')
  .option('--data <folder>', "with --hub on this machine: the hub's data folder")
  .option('--code <code>', 'with --hub on another: a pairing code for a manager')
  .option('--into-live-store', 'with --hub: also where the hub has orders already')
  .addHelpText('after', replayHelp)
  .action(async (file: string, flags: ReplayFlags) => {
    const { replayFile } = await import('./replay/replay-file.ts');
    process.exitCode = await replayFile({ file, ...flags });
  });

program
  .command(deviceCommand, { hidden: true })
  .argument('<settings>')
  .action(async (settings: string) => {
    const { runDevices } = await import('./replay/device-main.ts');
    await runDevices(settings);
  });

interface PairFlags extends DoorFlags {
  readonly role: string;
  readonly name: string;
}

export interface ReplayFlags {
  readonly entries: number;
  readonly displays: number;
  readonly chaos?: true;
  readonly seed: number;
  readonly skipBad?: true;
  readonly json?: true;
  readonly keep?: string;
  readonly hub?: string;
  readonly data?: string;
  readonly code?: string;
  readonly intoLiveStore?: true;
}

function wholeNumber(from: number, to: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d{1,10}$/.test(text) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };
}
