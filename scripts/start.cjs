// Entry point of `npm start`. Any Node can read it, so that an old one prints a sentence about itself.
const { missingRequirement } = require('./machine/requirements.cjs');

const problem = missingRequirement('npm start');
if (problem !== undefined) {
  console.error(`slipway: ${problem}`);
  process.exitCode = 1;
} else {
  // Caches compiled code, because stripping types from sources takes most of a process's start time.
  process.env.NODE_COMPILE_CACHE = `${__dirname}/../node_modules/.cache/slipway/compiled`;
  require('node:module').enableCompileCache(process.env.NODE_COMPILE_CACHE);
  require('./start.ts').main();
}
