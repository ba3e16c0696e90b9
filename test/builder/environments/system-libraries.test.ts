// @module-tag uv
// @module-tag long
// Tests that missing system libraries are reported before a start, and in the failure that they cause.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPackageLibraries } from '../../../builder/server/environments/libraries/package-libraries.ts';
import type { InstanceEvent } from '../../../src/contract/builder/instances.ts';
import { handler, newFolder } from '../support.ts';
import { sharedLibrary, type WrittenLibrary } from './elf-writer.ts';
import { PackageBuilder } from './wheels.ts';

let packages: PackageBuilder;
beforeAll(async () => {
  packages = await PackageBuilder.start();
});
afterAll(() => packages.builder.close());

const absent = 'libslipway-absent.so.7';
const ok = handler('def predict(self, request): return {"ok": True}');

function add(name: string, libraries: Record<string, WrittenLibrary>): void {
  const files = Object.entries(libraries).map(([path, library]) => [path, sharedLibrary(library)]);
  packages.add({ name, files: Object.fromEntries(files) });
}

async function start(id: string, files: typeof ok, ...requirements: string[]): Promise<InstanceEvent[]> {
  const { environment } = await packages.install(...requirements);
  return packages.builder.put(id, await packages.spec(files, environment));
}

function needs(events: InstanceEvent[]): string[] {
  const lines = events.flatMap((event) => (event.type === 'log' ? [event.line] : []));
  return lines.filter((line) => line.includes(' needs '));
}

const finding = `native 1.0.0 needs ${absent} (native/core.so), which this machine lacks. Ask the builder's operator to install the package that contains it (docs/dependencies.md).`;

test('a library that neither a package nor the machine has is named before the start, which continues', async () => {
  add('native', { 'native/core.so': { needed: ['libc.so.6', absent] }, 'native/other.so': { needed: [absent] } });
  const events = await start('lacking', ok, 'native');
  expect(needs(events)).toEqual([finding]);
  expect(events.at(-1)).toMatchObject({ type: 'ready' });
  const said = events.findIndex((event) => event.type === 'log' && event.line === finding);
  expect(said).toBeLessThan(events.findIndex((event) => event.type === 'step' && event.step === 'unpack'));
  // The environment is on disk by now.
  expect(needs(await start('again', ok, 'native'))).toEqual([finding]);
});

test('a failure caused by a missing library names the package that needs it, and what to declare instead', async () => {
  add('opencv_python', { 'cv2.so': { needed: [absent] } });
  packages.add({ name: 'vision', files: { 'vision.py': 'import cv2\n' }, requires: ['opencv-python'] });
  const events = await start('failing', { 'realtime.py': 'import vision\n' }, 'vision');
  expect(needs(events)).toEqual([
    `opencv-python 1.0.0 needs ${absent} (cv2.so), which this machine lacks. Declare opencv-python-headless instead of opencv-python, or ask the builder's operator to install the package that contains it (docs/dependencies.md).`,
  ]);
  const last = events.at(-1);
  expect(last).toMatchObject({ type: 'failed', error: { code: 'import-failed' } });
  const message = last?.type === 'failed' ? last.error.message : '';
  expect(message).toMatch(`${absent}: cannot open shared object file`);
  expect(message.split('\n').slice(1)).toEqual([
    `opencv-python 1.0.0 needs ${absent} (cv2.so). Declare opencv-python-headless instead of opencv-python.`,
  ]);
});

test('a library that the package itself, another package or the machine has is not missing', async () => {
  add('user', {
    'user/a.so': { needed: ['libuser-own.so.1', 'libfrom-other.so.2', 'libc.so.6', 'libpython3.12.so.1.0'] },
    'user.libs/libuser-own.so.1': {},
  });
  add('bringer', { 'bringer/lib.so': { soname: 'libfrom-other.so.2' } });
  expect(needs(await start('complete', ok, 'user', 'bringer'))).toEqual([]);
  expect(needs(await start('alone', ok, 'user'))).toEqual([
    "user 1.0.0 needs libfrom-other.so.2 (user/a.so), which this machine lacks. Ask the builder's operator to install the package that contains it (docs/dependencies.md).",
  ]);
});

test('a package reports only valid library names, for its own machine and C library, and a limited number of them', async () => {
  const site = newFolder();
  const [arm, x64] = [183, 62];
  const libraries: Record<string, WrittenLibrary> = {
    'deep/down/one.so': {
      needed: ['libfirst.so.1', '../etc/passwd', 'lib\nline.so', ''],
      runpath: '/usr/lib/../lib/own:rel',
    },
    'musl.so': { needed: ['libc.musl-x86_64.so.1', 'libsecond.so'] },
    'arm.so': { needed: ['libthird.so'], machine: arm },
    'note.so.txt': { needed: ['libfourth.so'] },
  };
  mkdirSync(join(site, 'deep/down'), { recursive: true });
  for (const [path, library] of Object.entries(libraries))
    writeFileSync(join(site, path), sharedLibrary({ machine: x64, ...library }));
  writeFileSync(join(site, 'broken.so'), 'not a library');
  const found = await findPackageLibraries(site, 'x86_64-manylinux_2_36');
  expect(found.needs).toEqual([
    { library: 'libfirst.so.1', file: 'deep/down/one.so', folders: ['/usr/lib/own'] },
    { library: 'libfourth.so', file: 'note.so.txt', folders: [] },
  ]);
  expect(found.brings).toEqual(['note.so.txt', 'one.so']);
  expect(await findPackageLibraries(site, 'aarch64-apple-darwin')).toEqual({ brings: [], needs: [] });
  const many = Array.from({ length: 5 }, (_, file) => Array.from({ length: 100 }, (__, at) => `lib${file}-${at}.so`));
  for (const [at, needed] of many.entries())
    writeFileSync(join(site, `${at}.so`), sharedLibrary({ needed, machine: x64 }));
  expect((await findPackageLibraries(site, 'x86_64-manylinux_2_36')).needs).toHaveLength(200);
});

test('a package without wheels for this platform is named with the package that has them', async () => {
  packages.add({ name: 'psycopg2', tag: 'cp311-cp311-win_amd64' });
  expect(await packages.failure('psycopg2')).toMatch(
    /Declare psycopg2-binary, which has wheels, or a version that has one/,
  );
});
