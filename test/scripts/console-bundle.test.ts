// Tests that processes which build the console at the same time leave it complete.
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFolder } from '../../scripts/console-bundle.ts';

test('builds that end at the same time leave one complete folder, and nothing else', async () => {
  const base = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  const folder = join(base, 'public/console');
  const names = Array.from({ length: 50 }, (_, i) => `file-${i}`);
  const build = async (number: number) => {
    const made = join(base, `made-${number}`);
    await mkdir(join(made, 'assets'), { recursive: true });
    for (const name of names) await writeFile(join(made, 'assets', name), name);
    return made;
  };
  await replaceFolder(folder, await build(0));
  const made = await Promise.all(Array.from({ length: 20 }, (_, i) => build(i + 1)));
  await Promise.all(made.map((one) => replaceFolder(folder, one)));
  const read = await Promise.all(names.map((name) => readFile(join(folder, 'assets', name), 'utf8')));
  expect(read).toEqual(names);
  expect(await readdir(base)).toEqual(['public']);
});
