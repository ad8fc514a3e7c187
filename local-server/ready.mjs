// Runs before the scripts of this folder. They need the project around it; copied alone, the folder
// says which one to copy instead.

import { existsSync } from 'node:fs';

const ready = new URL('../build/ready.mjs', import.meta.url);

if (!existsSync(ready)) {
  console.error(
    'This folder is only a part of the project: where the whole project is, run "npm run pack" and ' +
      'copy the folder dist/local-server from there instead.',
  );
  process.exit(1);
}
await import(ready.href);
