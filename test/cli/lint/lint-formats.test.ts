// Tests the piped output for each folder in test/fixtures/lint in every format, byte for byte. `vitest -u` rewrites the expected files.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { version } from '../../../src/cli/version.ts';
import { sarifErrors } from '../../scan/support/sarif-schema.ts';
import { slipwayInProcess } from '../in-process.ts';

const fixtures = fileURLToPath(import.meta.resolve('../../fixtures/lint'));

const cases = [
  ['plugin_clean', 0],
  ['plugin_warned', 0],
  ['plugin_rejected', 3],
  ['plugin_go', 3],
  ['plugin_linked', 3],
  ['files', 3],
] as const;

describe.each(cases)('%s', (name, code) => {
  const cwd = `${fixtures}/${name}`;
  const inAll = ['plugin_rejected', 'plugin_go'].includes(name);
  const tags = inAll ? [] : ['long'];
  const formats = ['text', 'json', 'github'].slice(0, inAll || inject('long') ? 3 : 1);

  test.each(formats)('the findings are printed as %s', async (format) => {
    const ran = await slipwayInProcess(['lint', '--format', format, 'input'], { cwd });
    expect([ran.code, ran.stderr]).toEqual([code, '']);
    await expect(ran.stdout).toMatchFileSnapshot(`${cwd}/expected.${format}`);
  });

  test('the findings are printed as SARIF that conforms to the published schema', { tags }, async () => {
    const ran = await slipwayInProcess(['lint', '--format', 'sarif', 'input'], { cwd });
    expect([ran.code, ran.stderr]).toEqual([code, '']);
    expect(sarifErrors(JSON.parse(ran.stdout))).toBeNull();
    // Slipway's version changes with every release.
    const written = ran.stdout.replace(`"version": "${version}"`, '"version": "VERSION"');
    await expect(written).toMatchFileSnapshot(`${cwd}/expected.sarif`);
  });

  test('the printed findings fit into 80 columns, except for lines with messages', () => {
    const lines = readFileSync(`${cwd}/expected.text`, 'utf8').split('\n');
    const wide = lines.filter((line) => line.length > 80 && !/^\S+: (?:error|warning|note): /.test(line));
    expect(wide).toEqual([]);
  });
});
