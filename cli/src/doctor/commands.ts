// What may be typed to find out what is wrong.

import path from 'node:path';

import type { Command } from 'commander';

import { type DoorFlags, withDoorFlags } from '../door-flags.ts';

const doctorHelp = `
Examples:
  npm run -s pos-sync -- doctor
      one line for each thing it looked at: ok, look or wrong, with what to do below
  npm run -s pos-sync -- doctor --data /mnt/orders --hub 9000 --json
      for a hub with another folder and port; a program reads the answer

It looks at the hub, its Node, port, addresses, disk, store, keys, memory and clock. The hub may run or be
stopped. To see that the disk takes it, a small file (.doctor-NUMBER) is written into the data folder and taken
away again; nothing else is changed. Ends with 0 when nothing is wrong, with 1 when something is, with 2 when it was
asked wrongly.`;

export function addDoctorCommand(program: Command): void {
  const doctor = program
    .command('doctor')
    .description('looks for what may be wrong on this machine, and says what to do');
  withDoorFlags(doctor, 'prints {"isWell","findings":[…]} on one line')
    .addHelpText('after', doctorHelp)
    .action(async ({ data, hub, json }: DoorFlags) => {
      const { examine } = await import('./doctor.ts');
      const { findingsText, isAnyWrong } = await import('./finding.ts');
      const findings = await examine(path.resolve(data), hub);
      const isWell = !isAnyWrong(findings);
      console.log(json ? JSON.stringify({ isWell, findings }) : findingsText(findings));
      process.exitCode = isWell ? 0 : 1;
    });
}
