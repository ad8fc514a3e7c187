// The version of this program, from the one place where it is written down; the bundle carries
// the text inside it.

import manifest from '../package.json' with { type: 'json' };

export const version: string = manifest.version;
