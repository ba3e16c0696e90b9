// @module-tag uv
// @module-tag long
// Tests that messages about typical broken plugins locate the mistake, explain it and give the fix, for each case in
// fixtures/broken-plugins.txtar. Two cases aren't text: utf16, whose realtime.py is encoded here, and a zip file.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchUv, toolsFolder } from '../../../scripts/testing/uv.ts';
import { PackageIndex } from '../../builder/environments/package-index.ts';
import { writeWheel } from '../../builder/environments/wheels.ts';
import { newFolder } from '../../builder/support.ts';
import { readTable } from '../../support/txtar.ts';
import { folderOf, slipway } from '../slipway.ts';

const fixtures = fileURLToPath(import.meta.resolve('../../fixtures'));
const table = new Map(
  readTable(readFileSync(`${fixtures}/broken-plugins.txtar`, 'utf8')).map(({ files, name }) => [name, files]),
);

/** Returns a folder with a case's plugin in a subfolder of the same name, and the expected output. */
function prepare(name: string): { cwd: string; expected: string | undefined } {
  const { 'expected.txt': expected, ...texts } = table.get(name) ?? {};
  const files = Object.entries(texts).map(([path, text]) => [`${name}/${path}`, encode(text, `${name}/${path}`)]);
  const archive = name.endsWith('.zip') ? { [name]: readFileSync(`${fixtures}/${name}`) } : {};
  return { cwd: folderOf({ ...Object.fromEntries(files), ...archive }), expected };
}

function encode(text: string, path: string): Uint8Array {
  return path === 'utf16/realtime.py' ? Buffer.from(`\ufeff${text}`, 'utf16le') : Buffer.from(text);
}

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
])('`slipway lint %s` rejects the plugin with the place, the mistake and the fix', async (name) => {
  const { cwd, expected } = prepare(name);
  const { code, stderr, stdout } = await slipway(['lint', name], { cwd });
  expect([code, stderr]).toEqual([3, '']);
  expect(stdout.replace(/policy \d+/, 'policy N')).toBe(expected);
});

let index: PackageIndex;
beforeAll(async () => {
  await fetchUv();
  const wheels = newFolder();
  writeWheel(wheels, { name: 'planned', version: '2.0' });
  writeWheel(wheels, { name: 'needs_next_python', python: '>=3.99' });
  index = await PackageIndex.start(wheels);
});
afterAll(() => index.close());

test.each(['dependency', 'python_version', 'secret', 'undeclared_import'])(
  '`slipway test %s` fails with the place, the mistake and the fix',
  async (name) => {
    const env = { UV_DEFAULT_INDEX: index.url, BUILDER_TOOLS: toolsFolder };
    const { cwd, expected } = prepare(name);
    const { code, stderr, stdout } = await slipway(['test', name], { cwd, env });
    expect([code, stderr]).toEqual([1, '']);
    const ofAnyPython = stdout.replaceAll(/Python 3\.\d+\.\d+/g, 'Python 3.x.y');
    expect(ofAnyPython).toBe(expected);
  },
);
