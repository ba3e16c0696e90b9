// @module-tag uv
// @module-tag long
// Tests locks from a folder that has a package's compiled wheels for some Pythons and platforms only.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handler } from '../support.ts';
import { installationOf, linesOf, PackageBuilder, writeWheel } from './wheels.ts';

let packages: PackageBuilder;
/** For example 12, for Python 3.12. */
let minor: number;
beforeAll(async () => {
  packages = await PackageBuilder.start();
  minor = Number(packages.target.python.split('.')[1]);
});
afterAll(() => packages.builder.close());

/** Adds a wheel and returns its digest. */
function add(name: string, tag: string, more: { requires?: string[]; version?: string } = {}): string {
  const files = { [`${name}.py`]: `TAG = ${JSON.stringify(tag)}\n` };
  const path = writeWheel(packages.wheels, { name, tag, files, ...more });
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The tags of a compiled wheel for this machine. */
function compiled(pythonMinor: number, platform = packages.target.platform): string {
  const [, machine = '', version = ''] = /^(\w+)-(manylinux_2_\d+)$/.exec(platform) ?? [];
  return `cp3${pythonMinor}-cp3${pythonMinor}-${version}_${machine}`;
}

function hashesIn(text: string): string[] {
  return [...text.matchAll(/sha256:([0-9a-f]{64})/g)].map(([, hash = '']) => hash);
}

test('a lock allows the wheels of every Python and platform in the folder, and the one for the own Python is installed', async () => {
  const allowed = [
    add('native', compiled(minor)),
    add('native', compiled(minor + 1)),
    add('native', compiled(minor, 'aarch64-manylinux_2_17')),
    add('native', `cp36-abi3-${compiled(minor).split('-')[2]}`),
  ];
  add('native', compiled(10));
  add('native', `pp3${minor}-pypy3${minor}_pp73-${compiled(minor).split('-')[2]}`);
  const { lock, environment } = await packages.install('native==1.0');
  expect(hashesIn(lock.text)).toEqual(allowed.sort());
  const files = handler('def predict(self, request): return {"tag": native.TAG}', 'import native');
  expect(await packages.result('native', files, environment)).toEqual({ tag: compiled(minor) });
});

test('a lock allows the wheels of a version that their names spell differently', async () => {
  const allowed = [
    add('dated', compiled(minor), { version: '2026.1.5' }),
    add('dated', compiled(minor + 1), { version: '2026.01.05' }),
  ];
  expect(hashesIn((await packages.lock('dated')).text)).toEqual(allowed.sort());
});

test("a lock doesn't allow wheels of other versions and packages in the folder", async () => {
  const only = add('exact', compiled(minor));
  add('exact', compiled(minor), { version: '0.9' });
  add('exact_more', compiled(minor));
  expect(hashesIn((await packages.lock('exact')).text)).toEqual([only]);
});

test("a folder that lacks what other Pythons and systems need gives a lock for the builder's own, and the log says so", async () => {
  const requires = ['only_windows; sys_platform == "win32"', `only_newer; python_version > "3.${minor}"`];
  add('needy', compiled(minor), { requires });
  const events = await packages.lockEvents('needy');
  const last = events.at(-1);
  if (last?.type !== 'locked') throw new Error(JSON.stringify(last));
  expect(linesOf(events, 'The builder').at(-1)).toBe(
    `The builder's folder of wheels doesn't have these packages for every Python and platform. Trying Python ${packages.target.python} on ${packages.target.platform} only.`,
  );
  const { environment } = installationOf(await packages.installEvents(last.lock));
  expect(environment.packages).toMatchObject([{ name: 'needy' }]);
});

test.each([
  ['a wheel for this Python', 'absent_tag', 'cp27-cp27mu-win32', 'absent-tag 1.0.0 has no wheel'],
  ['any wheel', 'absent_all', undefined, 'No suitable version of absent-all has a wheel'],
])('a folder without %s is reported with the package, the Python and the platform', async (_what, name, tag, lack) => {
  if (tag) add(name, tag);
  add(`needs_${name}`, compiled(minor), { requires: [`${name}>=1; python_version == "3.${minor}"`] });
  const { python, platform } = packages.target;
  expect(await packages.failure(`needs-${name}`)).toContain(`${lack} for Python ${python} on ${platform}`);
});
