// @module-tag uv
// Tests that packages younger than `dependencies_older_than` aren't resolved, and what the author reads about them.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { LockRequest } from '../../../src/contract/builder/environments.ts';
import { newFolder } from '../support.ts';
import { PackageIndex } from './package-index.ts';
import { linesOf, PackageBuilder, writeWheel } from './wheels.ts';

const day = 86_400_000;
const secondsText = (at: number) => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
const yesterday = Date.now() - day;
const uploaded = secondsText(yesterday);
const allowed = secondsText(Math.floor(yesterday / 1000) * 1000 + 3 * day);

let index: PackageIndex;
let own: PackageIndex;
let packages: PackageBuilder;
beforeAll(async () => {
  const folders = { open: newFolder(), own: newFolder() };
  writeWheel(folders.open, { name: 'words', version: '1.0' });
  writeWheel(folders.open, { name: 'words', version: '1.1' });
  writeWheel(folders.open, { name: 'needs_words', version: '1.0', requires: ['words>=1.1'] });
  writeWheel(folders.open, { name: 'ageless', version: '1.0' });
  writeWheel(folders.own, { name: 'acme_old', version: '1.0' });
  [index, own] = await Promise.all([PackageIndex.start(folders.open), PackageIndex.start(folders.own)]);
  for (const one of [index, own]) one.json = true;
  index.uploadTimes.set('words-1.0-py3-none-any.whl', '2020-01-01T00:00:00Z');
  index.uploadTimes.set('words-1.1-py3-none-any.whl', uploaded);
  index.uploadTimes.set('needs_words-1.0-py3-none-any.whl', '2020-01-01T00:00:00.123456Z');
  const env = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url, SLIPWAY_ALLOW_LOOPBACK: '1' };
  packages = await PackageBuilder.start({ env });
});
afterAll(async () => {
  for (const one of [index, own]) one.close();
  await packages.builder.close();
});
afterEach(() => {
  packages.hosted = {};
});

async function versionsOf(hosted: Pick<LockRequest, 'older_than'>, ...texts: string[]): Promise<string[]> {
  packages.hosted = hosted;
  return (await packages.lock(...texts)).packages.map(({ name, version }) => `${name} ${version}`);
}

test('the newest version that is old enough is locked', async () => {
  expect(await versionsOf({}, 'words')).toEqual(['words 1.1']);
  expect(await versionsOf({ older_than: '12h' }, 'words')).toEqual(['words 1.1']);
  expect(await versionsOf({ older_than: '3d' }, 'words')).toEqual(['words 1.0']);
});

test('a failure names the package that is too young, though another one requires it, and when it will be old enough', async () => {
  packages.hosted = { older_than: '3d' };
  expect(await packages.failure('needs-words')).toBe(
    'unsatisfiable: No solution found when resolving dependencies\n' +
      'Because only words==1.0 is available and all versions of needs-words depend on words>=1.1, we can conclude that all versions of needs-words cannot be used.\n' +
      'And because you require needs-words, we can conclude that your requirements are unsatisfiable.\n' +
      `words 1.1 was uploaded at ${uploaded}, and \`dependencies_older_than\` allows only packages that are at least 3d old: words 1.1 from ${allowed}.\n` +
      'Change needs-words in requirements.txt:1.',
  );
});

test('a package whose upload time the index does not state is not locked, and the failure says so', async () => {
  packages.hosted = { older_than: '3d' };
  expect(await packages.failure('ageless')).toContain(
    "The index doesn't say when ageless 1.0 was uploaded, and `dependencies_older_than` allows only packages that are at least 3d old.",
  );
});

test("the organization's own index may leave the times out, and the log says that nothing checked them", async () => {
  const credential = { username: '__token__', token: 'any', expires_at: null };
  const indexes = [{ url: `${own.url}/`, packages: ['acme-*'], credential }];
  packages.hosted = { organization: 'org_a', indexes, older_than: '3d' };
  const untimed = "The organization's index gives no upload times for acme-old";
  const events = await packages.lockEvents('acme-old');
  expect([events.at(-1)?.type, linesOf(events, untimed)]).toEqual([
    'locked',
    [`${untimed}, so \`dependencies_older_than\` doesn't apply to them.`],
  ]);
  own.uploadTimes.set('acme_old-1.0-py3-none-any.whl', uploaded);
  expect(await packages.failure('acme-old')).toContain(`acme-old 1.0 was uploaded at ${uploaded}`);
});
