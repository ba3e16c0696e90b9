// Tests that processes which build the console at the same time leave it complete.
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFolder } from '../../scripts/console-bundle.ts';

test('processes that build again and again leave one complete folder, and nothing else', async () => {
  const base = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  const folder = join(base, 'public/console');
  const names = Array.from({ length: 100 }, (_, i) => `file-${i}`);
  const build = async (number: string) => {
    const made = join(base, `made-${number}`);
    await mkdir(join(made, 'assets'), { recursive: true });
    for (const name of names) await writeFile(join(made, 'assets', name), name);
    return made;
  };
  const buildAgainAndAgain = async (process: number) => {
    for (let i = 0; i < 10; i++) await replaceFolder(folder, await build(`${process}-${i}`));
  };
  await Promise.all([1, 2, 3, 4].map(buildAgainAndAgain));
  const read = await Promise.all(names.map((name) => readFile(join(folder, 'assets', name), 'utf8')));
  expect(read).toEqual(names);
  expect(await readdir(base)).toEqual(['public']);
});
