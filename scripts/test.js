// Entry point of `npm test`. Written in JavaScript so that an old Node, which can't run TypeScript, can print a useful error.
import { nodeProblem } from './machine/own-node.js';

const problem = nodeProblem('npm test');
if (problem === undefined) await import('./test.ts');
else {
  console.error(`npm test: ${problem}`);
  process.exitCode = 1;
}
