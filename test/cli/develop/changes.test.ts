// Tests with real files that `slipway dev` repeatedly sees every way in which editors save files.
import { mkdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderSnapshot, watchChanges } from '../../../src/cli/dev/changes.ts';
import { folderOf } from '../slipway.ts';

type Save = (folder: string, text: string) => void;

const saves: [string, Save][] = [
  ['writing the file', (folder, text) => writeFileSync(join(folder, 'a.py'), text)],
  [
    'replacing it by a new file',
    (folder, text) => {
      writeFileSync(join(folder, '.a.py.tmp'), text);
      renameSync(join(folder, '.a.py.tmp'), join(folder, 'a.py'));
    },
  ],
  [
    'moving it away first, as vim does',
    (folder, text) => {
      renameSync(join(folder, 'a.py'), join(folder, 'a.py~'));
      writeFileSync(join(folder, 'a.py'), text);
      unlinkSync(join(folder, 'a.py~'));
    },
  ],
  [
    'replacing a file in a folder below',
    (folder, text) => {
      writeFileSync(join(folder, 'processors/tmp'), text);
      renameSync(join(folder, 'processors/tmp'), join(folder, 'processors/core.py'));
    },
  ],
  [
    'replacing a whole folder',
    (folder, text) => {
      rmSync(join(folder, 'processors'), { recursive: true });
      mkdirSync(join(folder, 'processors'));
      writeFileSync(join(folder, 'processors/core.py'), text);
    },
  ],
];

async function watched() {
  const folder = folderOf({ 'a.py': '', 'processors/core.py': '' });
  const interruption = new AbortController();
  onTestFinished(() => interruption.abort());
  const changes = watchChanges(folder, interruption.signal);
  await changes.next();
  return { folder, changes, interruption };
}

test.each(saves)('%s is seen every time', async (_, save) => {
  const { changes, folder } = await watched();
  for (const round of [1, 2, 3, 4]) {
    save(folder, `x = ${round}\n`);
    expect(await changes.next()).toEqual({ done: false, value: undefined });
  }
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

test('changes are seen even if the way of saving changes', async () => {
  const { changes, folder } = await watched();
  for (const [title, save] of [...saves, ...saves]) {
    save(folder, `x = "${title}"\n`);
    expect(await changes.next()).toMatchObject({ done: false });
  }
});

test('an interruption ends the watch', async () => {
  const { changes, interruption } = await watched();
  const next = changes.next();
  interruption.abort();
  await expect(next).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});
