// Tests reading shared library dependencies from hostile files.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readLibrary } from '../../../builder/server/environments/libraries/elf.ts';
import { fc } from '../../support/property.ts';
import { newFolder } from '../support.ts';
import { sharedLibrary, tableOffset } from './elf-writer.ts';

let path: string;
beforeAll(() => {
  path = join(newFolder(), 'library.so');
});

const x64 = 62;
const whole = {
  needed: ['libc.so.6', 'libGL.so.1'],
  soname: 'libone.so.2',
  runpath: '$ORIGIN/libs:/usr/lib/one',
  machine: x64,
};
const read = (bytes: Uint8Array, machine = 'x86_64') => {
  writeFileSync(path, bytes);
  return readLibrary(path, machine);
};

/** Returns the library with this 8-byte number at the offset. */
function changed(at: number, value: bigint): Buffer {
  const bytes = sharedLibrary(whole);
  bytes.writeBigUInt64LE(value, at);
  return bytes;
}

test('a library states its name, its dependencies and its search paths', async () => {
  const { needed, soname } = whole;
  expect(await read(sharedLibrary(whole))).toEqual({ soname, needed, folders: ['$ORIGIN/libs', '/usr/lib/one'] });
  expect(await read(sharedLibrary({ machine: x64 }))).toEqual({ soname: undefined, needed: [], folders: [] });
});

const endless = 2n ** 64n - 1n;
test.each([
  ['is empty', () => Buffer.alloc(0)],
  ['is a script', () => Buffer.from(`#!/bin/sh\n${'echo\n'.repeat(50)}`)],
  ['is for another machine', () => sharedLibrary({ ...whole, machine: 183 })],
  ['has 32 bits', () => Buffer.from(sharedLibrary(whole)).fill(1, 4, 5)],
  ['has its highest byte first', () => Buffer.from(sharedLibrary(whole)).fill(2, 5, 6)],
  ['ends in its header', () => sharedLibrary(whole).subarray(0, 63)],
  ['ends in its table of segments', () => sharedLibrary(whole).subarray(0, 100)],
  ['ends in its table of what it needs', () => sharedLibrary(whole).subarray(0, tableOffset + 24)],
  ['ends in its texts', () => sharedLibrary(whole).subarray(0, -1)],
  ['has 65,535 segments', () => Buffer.from(sharedLibrary(whole)).fill(0xff, 56, 58)],
  ['has segments of another size', () => Buffer.from(sharedLibrary(whole)).fill(0xff, 54, 55)],
  ['has its segments beyond every file', () => changed(32, endless)],
  ['has nothing that is loaded', () => Buffer.from(sharedLibrary(whole)).fill(7, 64, 65)],
  ['has no table of what it needs', () => Buffer.from(sharedLibrary(whole)).fill(7, 120, 121)],
  ['has a table beyond every file', () => changed(120 + 8, endless)],
  ['has a table of endless size', () => changed(120 + 32, endless)],
  ['has a name beyond its texts', () => changed(tableOffset + 8, 2n ** 40n)],
])('a file that %s is not a library', async (_what, make) => {
  expect(await read(make())).toBeUndefined();
});

test('a table without an end is read to the end of the data, and only a limited number of its names', async () => {
  const needed = Array.from({ length: 2000 }, (_, at) => `lib${at}.so`);
  expect(await read(sharedLibrary({ needed, machine: x64 }))).toBeUndefined(); // its strings lie beyond the entries that are read
  const many = needed.slice(0, 900);
  expect((await read(sharedLibrary({ needed: many, machine: x64 })))?.needed).toEqual(many.slice(0, 128));
});

test('a table that points to itself yields a bounded number of names', async () => {
  const bytes = sharedLibrary(whole);
  for (let at = tableOffset; at < tableOffset + 64; at += 16) bytes.writeBigUInt64LE(BigInt(tableOffset), at + 8);
  const found = await read(bytes);
  expect(found === undefined || found.needed.length <= 4).toBe(true);
});

test('no byte change makes the reader fail, or return an unbounded number of names', async () => {
  const bytes = sharedLibrary(whole);
  const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(bytes.length), async (made, length) => {
      const hostile = Buffer.from(bytes);
      for (const [at, value] of made) hostile[at] = value;
      const found = await read(hostile.subarray(0, length));
      expect((found?.needed.length ?? 0) + (found?.folders.length ?? 0)).toBeLessThan(200);
    }),
    { numRuns: 100 },
  );
});
