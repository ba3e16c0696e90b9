// Tests the `slipway test` report on plugins whose own tests are broken or test nothing. Each case in fixtures/own-tests.txtar has a
// plugin and two expected reports: one with pytest, and one with unittest on a machine without pytest.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { readTable } from '../../support/txtar.ts';
import { slipwayInProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

const table = readTable(readFileSync(fileURLToPath(import.meta.resolve('../../fixtures/own-tests.txtar')), 'utf8'));

/** Returns the report without times and without the runner's output, which depends on its version. */
function reportOf(stdout: string): string {
  const lines = stdout.split('\n').filter((line) => !line.startsWith('    '));
  return lines.join('\n').replaceAll(/[\d.]+ m?s\b/g, 'TIME');
}

/** Each case takes a second, so only some of them run by default. */
const tried = table.filter(({ name }) => inject('long') || ['broken_example', 'no_tests'].includes(name));

test.each(tried)("a plugin's own tests have the expected outcome: $name", async ({ files }) => {
  const { 'expected.pytest.txt': withPytest, 'expected.unittest.txt': withUnittest, ...plugin } = files;
  const { code, stderr, stdout } = await slipwayInProcess(['test', folderOf(plugin)]);
  const report = `${reportOf(stdout)}exit code ${code}\n`;
  expect(stderr).toBe('');
  expect(report).toBe(/\bunittest\b/.test(stdout) ? withUnittest : withPytest);
});
