// Tests that every user-facing script explains itself, and refuses unknown options.
import { expect, inject, test } from 'vitest';
import { entries, run } from './script-entries.ts';

/** Scripts that parse their own arguments. One passes them on to schemathesis, and test/e2e/start/errors.test.ts covers `npm start`. */
const ownParsing = new Set(['scripts/fuzz-api.ts', 'scripts/start.cjs', 'scripts/test.cjs']);
/** Commands for operators. The other scripts are only tested nightly. */
const operators =
  /^scripts\/(?:backup|restore|standby|deploy-check|verify-events|setup\/\w+|upgrade\/check|images\/images)\.ts$/;

const tried = entries.filter((path) => !ownParsing.has(path) && (inject('long') || operators.test(path)));

test.each(tried)('%s prints its usage for --help and does nothing else', async (script) => {
  const { code, stdout, stderr } = await run(script, '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^(?:npm (?:run )?[\w:]+|node (?:scripts|bench)\/)/);
});

test.each(tried)('%s refuses an unknown option and prints its usage', async (script) => {
  const { code, stdout, stderr } = await run(script, '--nonsense');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^[\w:./-]+: Unknown option '--nonsense'\n\n(?:npm|node) /);
  expect(stderr).not.toContain('    at ');
});
