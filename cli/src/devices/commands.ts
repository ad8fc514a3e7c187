// What may be typed about devices: who they are, and one command for each thing that can be done to
// one of them.

import { deviceRoles } from '@pos-sync/local-server';
import { Argument, type Command } from 'commander';

import { type DoorFlags, deviceName, doorOf, roleOption, withDoorFlags } from '../door-flags.ts';
import { approveHelp, changeHelp, devicesHelp } from '../help.ts';
import type { DeviceChange } from './change.ts';

const which = 'its id, its letter, or its name where no other device has that';

export function addDeviceCommands(program: Command): void {
  const devices = program
    .command('devices')
    .description('lists the devices of this shop, and who asks to be let in');
  withDoorFlags(devices, 'prints {"devices":[…],"asking":[…]} on one line')
    .addHelpText('after', devicesHelp)
    .action(async (flags: DoorFlags) => {
      const { readDevices } = await import('./device-list.ts');
      const { deviceTable } = await import('./table.ts');
      const list = await readDevices(await doorOf(flags));
      console.log(flags.json ? JSON.stringify(list) : deviceTable(list, Date.now()));
    });

  const rename = program
    .command('rename')
    .description('calls a device something else')
    .argument('<device>', which)
    .addArgument(new Argument('<name>', 'what people will call it').argParser(deviceName));
  changing(rename, 'Till "Till 2"', (name: string) => ({ what: 'rename', name }));

  const role = program
    .command('role')
    .description('lets a device be used for something else')
    .argument('<device>', which)
    .addArgument(new Argument('<role>', 'what it is used for').choices(deviceRoles));
  changing(role, 'Till counter', (wanted: string) => ({ what: 'role', role: wanted }));

  const retire = program
    .command('retire')
    .description('puts a device away: what it still delivers counts, it is told nothing more')
    .argument('<device>', which);
  changing(retire, '"Till 2"', () => ({ what: 'retire' }));

  const revoke = program
    .command('revoke')
    .description('shuts a device out, at once: for one that was lost')
    .argument('<device>', which);
  changing(revoke, '"Till 2"', () => ({ what: 'revoke' }));

  const approve = withDoorFlags(
    program
      .command('approve')
      .description('lets a device in that asks for it')
      .argument('<code>', 'the code on its screen')
      .addOption(roleOption())
      .option('--name <name>', 'what people will call it, if not as it says', deviceName),
    'prints what the hub answered on one line',
  );
  approve.addHelpText('after', approveHelp);
  approve.action(async (typed: string, flags: ApproveFlags) => {
    const { role: asRole, name } = flags;
    await change(typed, flags, { what: 'approve', role: asRole, name });
  });
}

interface ApproveFlags extends DoorFlags {
  readonly role: string;
  readonly name?: string;
}

/** `example` is what stands behind the command's name; `made` gets the word after the device. */
function changing(command: Command, example: string, made: (word: string) => DeviceChange): void {
  withDoorFlags(command, 'prints what the hub answered on one line');
  command.addHelpText('after', changeHelp(`${command.name()} ${example}`));
  command.action(async (typed: string, ...rest: unknown[]) => {
    const [word] = rest;
    const flags = command.opts<DoorFlags>();
    await change(typed, flags, made(typeof word === 'string' ? word : ''));
  });
}

async function change(typed: string, flags: DoorFlags, wanted: DeviceChange): Promise<void> {
  const { changeDevice } = await import('./change.ts');
  console.log(await changeDevice(await doorOf(flags), typed, wanted, flags.json ?? false));
}
