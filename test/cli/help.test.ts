// Help, version and explanations: on standard output, short, with examples first.
import { expect, test } from 'vitest';
import { version } from '../../src/cli/version.ts';
import { explanations } from '../../src/contract/explanations.ts';
import { slipway } from './slipway.ts';

test.each([
  ['--help', ['--help'], 'Usage: slipway'],
  ['help', ['help'], 'Usage: slipway'],
  ['lint --help', ['lint', '--help'], 'Examples:'],
  ['help lint', ['help', 'lint'], 'Examples:'],
])('%s fits on a page and begins with %s', async (_, args, start) => {
  const { code, stderr, stdout } = await slipway(args);
  const lines = stdout.trimEnd().split('\n');
  expect([code, stderr, lines[0]?.startsWith(start)]).toEqual([0, '', true]);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(30);
});

test('--version prints the version and nothing else', async () => {
  expect(await slipway(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--explain tells why, and shows both ways', async () => {
  expect(await slipway(['lint', '--explain', 'slp501'])).toEqual({
    code: 0,
    stderr: '',
    stdout: `SLP501  Dunder access  warning, dunder

These attributes lead from any object to every class and function of the
interpreter, which is how sandboxes are left.

✗ instead of
    name = value.__class__.__name__

✓ write
    name = type(value).__name__
`,
  });
});

test('--explain --json tells programs the same', async () => {
  const { stdout } = await slipway(['lint', '--explain', 'SLP501', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    ruleId: 'SLP501',
    title: 'Dunder access',
    category: 'dunder',
    severity: 'warning',
    ...explanations.SLP501,
  });
});
