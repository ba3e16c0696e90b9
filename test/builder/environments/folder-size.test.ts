// Tests that a growing folder is detected.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measureFolder, watchFolder } from '../../../builder/server/environments/folder-size.ts';
import { newFolder } from '../support.ts';

const max = { bytes: 1_000_000, files: 300 };

async function exceeded(folder: string, grow: () => void): Promise<void> {
  let stop = () => {};
  const noticed = new Promise<void>((resolve) => {
    stop = watchFolder(folder, max, resolve);
  });
  grow();
  await noticed;
  stop();
}

test('a folder that grows by many bytes is detected', async () => {
  const folder = newFolder();
  await exceeded(folder, () => writeFileSync(join(folder, 'large'), Buffer.alloc(max.bytes + 1)));
  expect(await measureFolder(folder)).toEqual({ bytes: max.bytes + 1, files: 1 });
});

test('a folder that grows by many files, in separate folders, is detected', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  await exceeded(folder, () => {
    for (let at = 0; at <= max.files; at += 1) writeFileSync(join(folder, `a/b/${at}`), '');
  });
  expect(await measureFolder(folder)).toEqual({ bytes: 0, files: max.files + 1 });
});
