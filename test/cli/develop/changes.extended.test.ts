// Tests with real files that `slipway dev` repeatedly sees every way in which editors save files.
import { mkdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watched } from './watched-folder.ts';

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

test.each(saves)('%s is seen every time', async (_, save) => {
  const { changes, folder } = await watched();
  for (const round of [1, 2, 3, 4]) {
    save(folder, `x = ${round}\n`);
    expect(await changes.next()).toEqual({ done: false, value: undefined });
  }
});

test('changes are seen even if the way of saving changes', async () => {
  const { changes, folder } = await watched();
  for (const [title, save] of [...saves, ...saves]) {
    save(folder, `x = "${title}"\n`);
    expect(await changes.next()).toMatchObject({ done: false });
  }
});
