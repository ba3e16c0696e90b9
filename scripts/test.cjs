// Entry point of `npm test`. Any Node can read it, so that an old one prints a sentence about itself.
const { missingRequirement } = require('./machine/requirements.cjs');

const problem = missingRequirement('npm test');
if (problem !== undefined) {
  console.error(`npm test: ${problem}`);
  process.exitCode = 1;
} else require('./test.ts').main();
