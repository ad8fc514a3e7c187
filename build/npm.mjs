// Runs npm as npm itself would: the very one that was started, on the machine's own Node, because the
// one below node_modules may be missing or just being replaced.

import { spawnSync } from 'node:child_process';

/** What it has to say goes to stderr; the result is that of `spawnSync`. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  const node = process.env.npm_node_execpath ?? process.execPath;
  const command = npm === undefined ? ['npm'] : [node, npm];
  return spawnSync(command[0], [...command.slice(1), ...args], {
    stdio: ['ignore', 2, 2],
    ...options,
  });
}
