// Checks what `slipway test` reports of plugins whose own tests are broken or test nothing. Each folder of fixtures/own-tests has a
// plugin and the report that is expected with pytest, and with unittest on a machine without pytest. Update them with `vitest -u`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { slipway } from '../slipway.ts';

const folder = fileURLToPath(import.meta.resolve('../../fixtures/own-tests'));

/** Without times, and without what the runner printed, which depends on its version. */
function reportOf(stdout: string): string {
  const lines = stdout.split('\n').filter((line) => !line.startsWith('    '));
  return lines.join('\n').replaceAll(/[\d.]+ m?s\b/g, 'TIME');
}

/** Each takes a second. */
const tried = inject('long') ? readdirSync(folder) : ['broken_example', 'no_tests'];

test.each(tried)('the tests of a plugin have their outcome: %s', async (name) => {
  const { code, stderr, stdout } = await slipway(['test', join(folder, name, 'input')]);
  const runner = /\bunittest\b/.test(stdout) ? 'unittest' : 'pytest';
  const report = `${reportOf(stdout)}exit code ${code}\n`;
  expect(stderr).toBe('');
  await expect(report).toMatchFileSnapshot(join(folder, name, `expected.${runner}.txt`));
});
