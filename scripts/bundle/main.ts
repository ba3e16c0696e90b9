#!/usr/bin/env node
// The packed `slipway`'s entry point.
import { loadCommands } from './code-cache.ts';

const { node } = process.versions;
if (Number(node.split('.')[0]) < 20) {
  process.stderr.write(`slipway: Node ${node} is too old; the command line needs Node 20 or newer.\n`);
  process.exitCode = 1;
} else {
  const { save, start } = loadCommands(process.argv[2]);
  process.once('exit', save);
  await start();
}
