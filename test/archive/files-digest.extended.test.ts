// Tests that the digest of an archive's files is the same exactly for archives that unpack to the same tree.
import { expect, test } from 'vitest';
import { nodeDigest } from '../../builder/server/blobs/node-digest.ts';
import { filesSha256 } from '../../src/archive/files-digest.ts';
import { openArchive } from '../../src/archive/open.ts';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { collisionKey } from '../../src/archive/rules/paths.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { inMemoryBytesMax } from '../../src/contract/limits/archives.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { pax, type TarMemberSpec, writeTarGz } from '../support/archives/tar-writer.ts';
import { writeZip, type ZipEntrySpec } from '../support/archives/zip-writer.ts';
import { bytesOf, noise } from '../support/bytes.ts';
import { fc } from '../support/property.ts';
import { plugin } from './open-plugin.ts';

async function digestOf(archive: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const { files, findings, zip } = await openTestArchive(memorySource(archive));
  if (!zip) throw new Error(findings.map(({ message }) => message).join('\n'));
  return filesSha256(files);
}

const part = fc.constantFrom(
  'a',
  'b',
  'lib',
  'é',
  'e\u0301',
  '\uffee',
  '\u{1f600}',
  'x y',
  '-',
  'data.txt',
  '%41',
  '&',
);
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const content = fc.constantFrom('', ' ', 'a', 'a\n', 'text\n'.repeat(20));
/** A tree, whose names collide on no file system. */
const tree = fc
  .uniqueArray(fc.tuple(path, content), { selector: ([name]) => collisionKey(name), maxLength: 5 })
  .filter((files) => files.every(([a]) => files.every(([b]) => !collisionKey(b).startsWith(`${collisionKey(a)}/`))))
  .map((files) => plugin(...files.map(([name, data]) => ({ name, data }))));

/** Everything about a zip that unpacking doesn't show. */
const packing = fc.record({
  reversed: fc.boolean(),
  stored: fc.boolean(),
  top: fc.constantFrom('', './', 'top/', './top/'),
  mode: fc.constantFrom(0, 0o100644, 0o100755, 0o104777),
  comment: fc.constantFrom('', 'b'),
  descriptor: fc.boolean(),
  folders: fc.constantFrom<string[]>([], ['empty/'], ['empty/', 'empty/inner/']),
  junk: fc.boolean(),
});

type Packing = typeof packing extends fc.Arbitrary<infer Value> ? Value : never;

function packed(files: readonly ZipEntrySpec[], how: Packing): Uint8Array<ArrayBuffer> {
  const { comment, descriptor, folders, junk, mode, reversed, stored, top } = how;
  const entries = files.map((file) => ({
    ...{ ...file, name: `${top}${file.name}`, mode, comment, stored },
    ...(descriptor ? { descriptor: 'signed' as const } : {}),
  }));
  const extra = [
    ...folders.map((name) => ({ name: top + name })),
    ...(junk ? [{ name: `${top}.DS_Store`, data: 'x' }] : []),
  ];
  return writeZip([...extra, ...(reversed ? entries.reverse() : entries)], { comment });
}

function tarred(files: readonly ZipEntrySpec[], top: string): Uint8Array<ArrayBuffer> {
  return writeTarGz(files.map(({ data = '', name }) => ({ name: `${top}${name}`, data, mode: 0o755 })));
}

test('the digest of files is the same for the same tree, however it is packed', async () => {
  await fc.assert(
    fc.asyncProperty(tree, packing, packing, async (files, one, two) => {
      const digest = await digestOf(packed(files, one));
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(await digestOf(packed(files, two))).toBe(digest);
      expect(await digestOf(tarred(files, one.top))).toBe(digest);
    }),
  );
});

test('the digest of files is another for another tree', async () => {
  await fc.assert(
    fc.asyncProperty(tree, tree, packing, async (one, two, how) => {
      const isSame = shape(one) === shape(two);
      expect((await digestOf(packed(one, how))) === (await digestOf(packed(two, how)))).toBe(isSame);
    }),
  );
});

function shape(files: readonly ZipEntrySpec[]): string {
  return JSON.stringify(files.map(({ data, name }) => [name, data]).sort());
}

test.each<[what: string, one: ZipEntrySpec[], two: ZipEntrySpec[]]>([
  ['two files exchange their contents', [file('a', '1'), file('b', '2')], [file('a', '2'), file('b', '1')]],
  ['a line of the listing is in a name', [file('a  b', '1')], [file('a', '1'), file('b', '1')]],
  ['a folder is in a name', [file('a/b', '1')], [file('a-b', '1')]],
  ['an empty file is missing', [file('a', '')], []],
  ['a name has another Unicode form', [file('\u00e9', '1')], [file('e\u0301', '1')]],
  ['a name has another case', [file('A', '1')], [file('a', '1')]],
])('the digest of files is another if %s', async (_what, one, two) => {
  expect(await digestOf(writeZip(plugin(...one)))).not.toBe(await digestOf(writeZip(plugin(...two))));
});

test('the digest of files is the same for a name in CP437 and in UTF-8, which unpack alike', async () => {
  const cp437 = { name: Uint8Array.of(0x82), data: '1', fields: { flags: 0 } };
  expect(await digestOf(writeZip(plugin(cp437)))).toBe(await digestOf(writeZip(plugin(file('é', '1')))));
});

test.each<[how: string, members: TarMemberSpec[]]>([
  ['the name in two header fields', [{ name: 'a.txt', prefix: 'lib', data: '1' }]],
  ['an extended header', [pax({ path: 'lib/a.txt', mtime: '1.5' }), { name: 'lib/a.txt', data: '1' }]],
])('the digest of files is the same for a tar with %s', async (_how, members) => {
  const plain = plugin().map(({ data = '', name }) => ({ name, data }));
  expect(await digestOf(writeTarGz([...plain, ...members]))).toBe(
    await digestOf(writeZip(plugin(file('lib/a.txt', '1')))),
  );
});

function file(name: string, data: string): ZipEntrySpec {
  return { name, data };
}

test('the digest of files is what sha256sum prints for a listing sorted by bytes, hashed', async () => {
  const files = [file('lib/\u{1f600}.txt', '1'), file('lib/\uffee.txt', '2'), file('lib/Z', '3'), file('lib/a', '4')];
  // find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
  const printed = '7dc527af0a02a42e5a991be1f95975e8855dbf61509bf8d744369a0ec6084d37';
  expect(await digestOf(writeZip(plugin(...files)))).toBe(printed);
});

test('the digest of files covers all files of a large archive, if all are read', async () => {
  const large = noise(inMemoryBytesMax);
  const files = [...plugin(), { name: 'large.bin', data: large }];
  const zip = memorySource(writeZip(files.map((one) => ({ ...one, stored: true }))));
  const paced: number[] = [];
  const pace = async (bytes: number) => void paced.push(bytes);
  const opened = await openArchive(zip, { newDigest: nodeDigest, checkAll: true, pace });
  expect(paced.reduce((sum, bytes) => sum + bytes, 0)).toBe(
    files.reduce((sum, { data }) => sum + bytesOf(data ?? '').length, 0),
  );
  expect(Math.max(...paced)).toBeLessThanOrEqual(64 * 1024);
  const packedAgain = await packZip(
    files.map(({ data = '', name }) => ({ path: String(name), bytes: new Uint8Array(bytesOf(data)) })),
  );
  const again = await openArchive(memorySource(packedAgain), { newDigest: nodeDigest, checkAll: true });
  expect(await filesSha256(opened.files)).toBe(await filesSha256(again.files));
  expect(await filesSha256((await openArchive(zip, { newDigest: nodeDigest })).files)).toBeNull();
});
