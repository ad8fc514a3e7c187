// What may be typed about the hub process: start it, stop it, start it anew, see how it is and what it
// said.

import path from 'node:path';

import { type Command, InvalidArgumentError } from 'commander';

import { type DoorFlags, doorOf, withDataFlag, withDoorFlags } from '../door-flags.ts';
import { logsHelp, restartHelp, startHelp, statusHelp, stopHelp } from './help.ts';

interface LogsFlags {
  readonly data: string;
  readonly lines: number;
  readonly follow?: true;
  readonly json?: true;
}

export function addRunningCommands(program: Command): void {
  addStart(program);

  const stop = program
    .command('stop')
    .description('stops the hub in order, and waits until it is gone');
  withDoorFlags(stop, 'prints {"wasRunning","pid"} on one line')
    .addHelpText('after', stopHelp)
    .action(async ({ data, hub, json }: DoorFlags) => {
      const { stopHub } = await import('./stop.ts');
      const dataFolder = path.resolve(data);
      const stopped = await stopHub(dataFolder, hub);
      const { wasRunning, pid } = stopped;
      const sentence = wasRunning
        ? `The hub has stopped (it was process ${pid}). Devices keep what they have, and wait.`
        : `No hub runs on ${dataFolder}: there is nothing to stop.`;
      console.log(json ? JSON.stringify(stopped) : sentence);
    });

  const restart = program
    .command('restart')
    .description('stops the hub in order and starts it anew where it was started');
  withDoorFlags(restart, 'prints {"address","tookMs"} on one line')
    .addHelpText('after', restartHelp)
    .action(async (flags: DoorFlags) => {
      const { restartHub } = await import('./restart.ts');
      const { readAddresses } = await import('../hub-door.ts');
      const { buildHub } = await import('../program.ts');
      const door = await doorOf(flags);
      // Where none runs, that is what has to be said.
      await readAddresses(door);
      buildHub();
      if (!flags.json) console.error('The hub stops and starts anew …');
      const tookMs = await restartHub(door);
      const address = (await readAddresses(door))[0]?.url ?? door.address;
      const seconds = (tookMs / 1_000).toFixed(1);
      const sentence = `The hub runs anew at ${address} after ${seconds} s. Devices come back by themselves.`;
      console.log(flags.json ? JSON.stringify({ address, tookMs }) : sentence);
    });

  const status = program.command('status').description('says how the hub is, on one screen');
  withDoorFlags(status, 'prints {"state","dataFolder","addresses","hub"} on one line')
    .addHelpText('after', statusHelp)
    .action(async ({ data, hub, json }: DoorFlags) => {
      const { isWell, readStatus, statusText } = await import('./status.ts');
      const found = await readStatus(path.resolve(data), hub);
      console.log(json ? JSON.stringify(found) : statusText(found, Date.now()));
      process.exitCode = isWell(found) ? 0 : 1;
    });

  const logs = program
    .command('logs')
    .description('shows what the hub said, also when it is stopped or crashed')
    .option('--lines <count>', 'at most so many, the newest', countOfLines, 50)
    .option('--follow', 'goes on with each line that comes, until Ctrl+C');
  withDataFlag(logs)
    .option('--json', 'prints the lines as the hub wrote them, one in JSON each')
    .addHelpText('after', logsHelp)
    .action(showLog);
}

function addStart(program: Command): void {
  program
    .command('start')
    .description('starts the hub; every other flag goes to it, --help too')
    .helpOption(false)
    .allowUnknownOption()
    .option('--background', 'it goes on when the terminal is closed')
    .argument('[flags...]')
    .action(async (flags: string[], { background }: { readonly background?: true }) => {
      const isHelp = flags.includes('--help') || flags.includes('-h');
      if (isHelp) console.log(startHelp);
      if (background === undefined || isHelp) {
        const { start } = await import('../start.ts');
        process.exitCode = await start(flags);
        return;
      }
      const { startInBackground } = await import('./background.ts');
      const { code, text } = await startInBackground(flags, process.stdout.isTTY, console.error);
      if (code === 0) console.log(text);
      else console.error(text);
      process.exitCode = code;
    });
}

async function showLog({ data, lines, follow, json }: LogsFlags): Promise<void> {
  const { readLog } = await import('./logs.ts');
  const leave = (): never => process.exit(0);
  // Whoever follows a log ends it this way; and whoever reads may have seen enough.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  process.stdout.on('error', leave);
  const wanted = {
    dataFolder: path.resolve(data),
    lines,
    follow: follow ?? false,
    json: json ?? false,
  };
  for await (const line of readLog(wanted)) console.log(line);
}

function countOfLines(text: string): number {
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999.');
}
