import { expect, it } from 'vitest';

import { program } from './command-line.ts';
import { refuseTakenByNpm } from './taken-by-npm.ts';

const underNpm = {
  npm_lifecycle_event: 'pos-sync',
  npm_config_json: 'true',
  npm_config_yes: 'true',
  PATH: '/bin',
};

it.each([
  ['npm_config_chaos', '--chaos'],
  ['npm_config_skip_bad', '--skip-bad'],
  ['npm_config_role', '--role'],
  ['npm_config_preview', '--preview'],
])('refuses to go on without what npm kept for itself in %s', (variable, flag) => {
  const environment = { ...underNpm, [variable]: 'true' };
  expect(() => refuseTakenByNpm(program, environment)).toThrow(`npm kept ${flag} for itself.`);
});

it('goes on when npm kept nothing, and when it was not started by this script', () => {
  refuseTakenByNpm(program, underNpm);
  refuseTakenByNpm(program, { npm_lifecycle_event: 'test', npm_config_chaos: 'true' });
});
