// `npm run bench -- --profile`: the comparison's load on a hub that profiles itself, and a list of
// where its time went. For finding what to make faster; the profiler itself costs a few percent.

import { withScratch } from '../hub/scratch.ts';
import { runLoad } from '../ours/load.ts';
import { readProfile, type Share, type WhereTimeWent } from './cpu-profile.ts';

const functionsShown = 25;
const partsShown = 15;
const inclusiveShown = 40;

export function profileOurs(plan: {
  readonly displays: number;
  readonly seconds: number;
}): Promise<WhereTimeWent> {
  return withScratch(async (folder) => {
    const result = await runLoad({ entries: 20, window: 8, ...plan, profileFolder: folder });
    console.log(JSON.stringify(result));
    const went = readProfile(folder, result.measuredUs);
    const print = printer(result.commands);
    console.log(`\nBusy for ${Math.round(went.busyMs)} ms, waiting for the disk included.`);
    console.log('\nFunctions, by their own time (µs per command):');
    print(went.functions.slice(0, functionsShown));
    console.log('\nParts of the program:');
    print(went.parts.slice(0, partsShown));
    console.log('\nOur functions, with all that they call:');
    print(went.inclusive.slice(0, inclusiveShown));
    return went;
  });
}

function printer(commands: number): (shares: readonly Share[]) => void {
  return (shares) => {
    for (const { name, ms, percent } of shares) {
      const usPerCommand = (ms * 1000) / commands;
      console.log(
        `${percent.toFixed(1).padStart(6)} % ${usPerCommand.toFixed(2).padStart(7)}  ${name}`,
      );
    }
  };
}
