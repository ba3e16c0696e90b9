// @module-tag uv
// @module-tag long
// Checks that the messages about typical broken plugins say where the mistake is, what it is and what to do. `vitest -u` rewrites the
// expected files.
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { fetchUv, toolsFolder } from '../../../scripts/testing/uv.ts';
import { writeWheel } from '../../builder/environments/wheels.ts';
import { newFolder } from '../../builder/support.ts';
import { slipway } from '../slipway.ts';

const cwd = fileURLToPath(import.meta.resolve('../../fixtures/broken-plugins'));

test.each([
  'forbidden_import',
  'go_typo',
  'handler_signature',
  'manifest_key',
  'missing_handler',
  'schema_type',
  'unclosed_bracket',
  'utf16',
  'zipped_folder.zip',
])('`slipway lint %s` rejects it and says where, what and what to do', async (name) => {
  const { code, stderr, stdout } = await slipway(['lint', name], { cwd });
  expect([code, stderr]).toEqual([3, '']);
  await expect(stdout.replace(/policy \d+/, 'policy N')).toMatchFileSnapshot(`${cwd}/${name}.expected.txt`);
});

const wheels = newFolder();
beforeAll(async () => {
  await fetchUv();
  writeWheel(wheels, { name: 'planned', version: '2.0' });
  writeWheel(wheels, { name: 'needs_next_python', python: '>=3.99' });
});

test.each(['dependency', 'python_version', 'secret', 'undeclared_import'])(
  '`slipway test %s` fails and says where, what and what to do',
  async (name) => {
    const env = { BUILDER_WHEELS: wheels, BUILDER_TOOLS: toolsFolder };
    const { code, stderr, stdout } = await slipway(['test', name], { cwd, env });
    expect([code, stderr]).toEqual([1, '']);
    const ofAnyPython = stdout.replaceAll(/Python 3\.\d+\.\d+/g, 'Python 3.x.y');
    await expect(ofAnyPython).toMatchFileSnapshot(`${cwd}/${name}.expected.txt`);
  },
);
