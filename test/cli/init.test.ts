// What `slipway init` makes: a plugin that is accepted as it is.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { categories, kinds } from '../../src/cli/init/categories.ts';
import { inProcess } from './in-process.ts';
import { folderOf } from './slipway.ts';

describe('what was made has nothing to find', () => {
  test.each([...categories.map((category) => ['--category', category]), ...kinds.map((kind) => ['--kind', kind])])(
    '%s %s',
    async (...options) => {
      const output = join(folderOf({}), 'made');
      const described = ['--description', 'Says "hello", in 2 lines\n# é', '--author', "O'Brien"];
      expect(await inProcess(['init', 'made', '-o', output, ...options, ...described])).toMatchObject({ exit: 'done' });
      const { exit, stdout } = await inProcess(['lint', '--json', output]);
      expect([exit, JSON.parse(stdout).findings, leftOpen(output)]).toEqual(['done', [], []]);
    },
  );
});

function leftOpen(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ name, parentPath }) => join(parentPath, name))
    .filter((path) => /\{\{/.test(readFileSync(path, 'utf8')));
}

test('without an author nothing is said of one', async () => {
  const output = join(folderOf({}), 'made');
  await inProcess(['init', 'made', '-o', output]);
  const [manifest, readme] = ['manifest.py', 'README.md'].map((name) => readFileSync(join(output, name), 'utf8'));
  expect([manifest?.includes('author'), readme]).toEqual([
    false,
    expect.stringMatching(/^# made\n\nAn extractor of texts\n\n\|/),
  ]);
});

test('nothing is written over', async () => {
  const folder = folderOf({ 'notes.txt': 'mine' });
  const { exit, stderr } = await inProcess(['init', 'made', '-o', folder]);
  expect([exit, stderr, readdirSync(folder)]).toEqual([
    'conflict',
    `✗ ${folder} is not empty\n  fix      Name another folder with --output.\n`,
    ['notes.txt'],
  ]);
});

test('a Go plugin may be named like its repository', async () => {
  const output = join(folderOf({}), 'made');
  expect(await inProcess(['init', 'http-auth', '-o', output, '--kind', 'pipeline'])).toMatchObject({ exit: 'done' });
  expect(readFileSync(join(output, 'plugin.yaml'), 'utf8')).toMatch(/^name: http-auth$/m);
});

test('a name that no plugin can have', async () => {
  const { exit, stderr } = await inProcess(['init', '2fast', '-o', join(folderOf({}), 'made')]);
  expect([exit, stderr]).toEqual([
    'usage',
    "✗ '2fast' cannot be a plugin's name: must be 3 to 64 letters, digits or underscores, beginning with a letter\n",
  ]);
});
