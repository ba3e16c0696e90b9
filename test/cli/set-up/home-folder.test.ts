// Tests a user's home folder, including for a user that the system doesn't know.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, homeFolder, writableCacheFolder } from '../../../src/cli/cache-folder.ts';
import { configPath } from '../../../src/cli/connection/settings.ts';
import { newFolder } from '../../builder/support.ts';

const unknown = () => {
  throw new Error('uv_os_homedir returned ENOENT');
};

test.each([
  ['HOME, if it is set', { HOME: '/home/ann' }, unknown, '/home/ann'],
  ["the system's, without HOME", {}, () => '/home/bob', '/home/bob'],
  ["the system's, with an empty HOME", { HOME: '' }, () => '/home/bob', '/home/bob'],
  ["root's alone, for a user without an entry", {}, unknown, '/'],
])('the home folder is %s', (_, environment, find, folder) => {
  expect(homeFolder(environment, find)).toBe(folder);
});

test('caches and settings are stored below the home folder', () => {
  expect(cacheFolder({ HOME: '/' })).toBe('/.cache/slipway');
  expect(configPath({ HOME: '/' })).toBe('/.config/slipway/config.json');
});

test("a cache folder that can't be written is replaced by another folder", async () => {
  const home = newFolder();
  expect(await writableCacheFolder({ HOME: home }, '/other')).toBe(join(home, '.cache/slipway'));
  const file = join(home, 'file');
  await writeFile(file, '');
  expect(await writableCacheFolder({ XDG_CACHE_HOME: file }, '/other')).toBe('/other');
});
