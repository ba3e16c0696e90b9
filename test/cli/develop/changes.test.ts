// Tests with real files that `slipway dev` sees each change that a publish would.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { folderSnapshot } from '../../../src/cli/develop/changes.ts';
import { folderOf } from '../slipway.ts';
import { watched } from './watched-folder.ts';

test('a file that is written, and then replaced by a new one, is seen each time', async () => {
  const { changes, folder } = await watched();
  writeFileSync(join(folder, 'a.py'), 'x = 1\n');
  expect(await changes.next()).toEqual({ done: false, value: undefined });
  writeFileSync(join(folder, '.a.py.tmp'), 'x = 2\n');
  renameSync(join(folder, '.a.py.tmp'), join(folder, 'a.py'));
  expect(await changes.next()).toEqual({ done: false, value: undefined });
});

test.each([
  ['.git/index', false],
  ['processors/.git/HEAD', false],
  ['node_modules/left/index.js', false],
  ['processors/__pycache__/core.cpython-311.pyc', false],
  ['.venv/bin/python', false],
  ['processors/.DS_Store', false],
  ['__MACOSX/a.py', false],
  ['processors/._core.py', false],
  ['.gitignore', true],
  ['git/index', true],
  ['processors/git.py', true],
])('a new %s is a change to publish: %s', (path, isChange) => {
  const folder = folderOf({ 'a.py': '', 'processors/core.py': '' });
  const before = folderSnapshot(folder);
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), 'x');
  expect(folderSnapshot(folder) !== before).toBe(isChange);
});

test.each([
  ['debug.log', false],
  ['build/out.py', false],
  ['my env/lib/site.py', false],
  ['kept.log', true],
])('a new %s in a folder with ignore files is a change to publish: %s', (path, isChange) => {
  const ignoring = { '.gitignore': '*.log\nbuild/\n', '.slipwayinclude': 'kept.log\n', 'my env/pyvenv.cfg': '' };
  const folder = folderOf({ 'a.py': '', ...ignoring });
  const before = folderSnapshot(folder);
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), 'x');
  expect(folderSnapshot(folder) !== before).toBe(isChange);
});

test('an interruption ends the watch', async () => {
  const { changes, interruption } = await watched();
  const next = changes.next();
  interruption.abort();
  await expect(next).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});
