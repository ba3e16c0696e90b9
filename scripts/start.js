// Entry point of `npm start`. Written in JavaScript so that an old Node, which can't run TypeScript, can print a useful error.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { nodeProblem } from './machine/own-node.js';

const problem = nodeProblem('npm start');
if (problem !== undefined) {
  console.error(`slipway: ${problem}`);
  process.exitCode = 1;
} else {
  // Caches compiled code, because stripping types from sources takes most of a process's start time.
  process.env.NODE_COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/slipway/compiled', import.meta.url));
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const { main } = await import('./start.ts');
  await main();
}
