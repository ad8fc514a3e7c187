// Must be the first import of every program: an older Node fails later and in words that help
// nobody. `npm run` brings the right Node by itself; a bare `node dist/hub.js` may not.

import { isNodeNewEnough, nodeMinimum } from './node-version.ts';

if (!isNodeNewEnough()) {
  console.error(
    `This program needs Node ${nodeMinimum} or newer, and this is ${process.version}. ` +
      'Run ./deploy.sh in the folder local-server, which brings the right Node along; then start it ' +
      'with "npm run production".',
  );
  process.exit(1);
}
