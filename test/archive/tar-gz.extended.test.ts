// Scan policy §8 for tar.gz: the same rules for members, format abuse (SLP702), and invalid archives (SLP710).
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { gzip, longName, pax, type TarMemberSpec, writeTar, writeTarGz } from '../support/archives/tar-writer.ts';
import { bytesOf, joined, noise } from '../support/bytes.ts';
import { findingsOf, manifest, pathsOf, pipeline } from './open-plugin.ts';

const MiB = 1024 * 1024;
const plugin = (...more: TarMemberSpec[]): TarMemberSpec[] => [manifest, pipeline, ...more];
const folder = (name: string): TarMemberSpec => ({ name, type: '5', mode: 0o755 });
const deep = `${'d/'.repeat(60)}x.txt`;
const whole = writeTarGz(plugin());

describe('archives from common writers are accepted', () => {
  test.each<[string, TarMemberSpec[], string[]]>([
    ['plain files', plugin(), []],
    ['v7 headers', plugin({ name: 'a.txt', data: 'x', magic: '', type: '\0' }), ['a.txt']],
    ['GNU headers', plugin({ name: 'a.txt', data: 'x', magic: 'ustar  \0' }), ['a.txt']],
    ['a name split into prefix and name', plugin({ name: 'a.txt', prefix: 'b/c', data: 'x' }), ['b/c/a.txt']],
    ['folders', plugin(folder('b/'), { name: 'b/a.txt' }), ['b/a.txt']],
    ['folders without a slash', plugin(folder('b'), { name: 'b/a.txt' }), ['b/a.txt']],
    [
      'everything under ./',
      [folder('./'), ...plugin().map((member) => ({ ...member, name: `./${String(member.name)}` }))],
      [],
    ],
    ['a single dot', [folder('.'), ...plugin()], []],
    [
      'a top folder',
      [folder('x/'), ...plugin({ name: 'a.txt' }).map((member) => ({ ...member, name: `x/${String(member.name)}` }))],
      ['a.txt'],
    ],
    [
      'pax times and owners',
      plugin(pax({ mtime: '1700000000.25', uname: 'me', 'SCHILY.xattr.user.x': '1', 'LIBARCHIVE.creationtime': '1' }), {
        name: 'a.txt',
      }),
      ['a.txt'],
    ],
    ['a pax path that needs it', plugin(pax({ path: deep }), { name: deep.slice(0, 100) }), [deep]],
    ['a pax path in Unicode', plugin(pax({ path: 'modèle.txt' }), { name: 'mod?le.txt' }), ['modèle.txt']],
    ['a pax path that repeats the name', plugin(pax({ path: 'a.txt' }), { name: 'a.txt' }), ['a.txt']],
    ['a pax size that repeats the size', plugin(pax({ size: '1' }), { name: 'a.txt', data: 'x' }), ['a.txt']],
    ['a GNU long name', plugin(longName(deep), { name: deep.slice(0, 100) }), [deep]],
    ["git's commit", [pax({ comment: '0123' }, 'g'), ...plugin()], []],
    [
      'macOS metadata files',
      plugin(
        { name: '.DS_Store', data: '\0' },
        { name: '._manifest.py', data: '\0\u0005\u0016\u0007' },
        { name: '__MACOSX/._a', data: '\0' },
        { name: '__MACOSX/l', type: '2', link: '/etc' },
      ),
      [],
    ],
    ['names in UTF-8', plugin({ name: 'é.txt' }), ['é.txt']],
  ])('an archive from a common writer is accepted: %s', async (_, members, more) => {
    expect(await pathsOf(writeTarGz(members))).toEqual([...more, 'manifest.py', 'pipeline.py'].sort());
  });

  test('a base-256 size in a tar.gz is accepted', async () => {
    const tar = writeTar(plugin({ name: 'a.txt', data: 'x' }));
    const header = tar.subarray(4 * 512, 5 * 512);
    header.set([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 124);
    header.fill(0x20, 148, 156);
    header.set(
      bytesOf(
        `${header
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
      ),
      148,
    );
    expect(await pathsOf(gzip(tar))).toEqual(['a.txt', 'manifest.py', 'pipeline.py']);
  });

  test.each([512, 1024, 10_240])('a tar.gz that ends with %i zero bytes is accepted', async (length) => {
    expect(await pathsOf(writeTarGz(plugin(), new Uint8Array(length)))).toEqual(['manifest.py', 'pipeline.py']);
  });
});

describe('names (SLP701, SLP703)', () => {
  test.each<[string, TarMemberSpec[], string]>([
    ['a parent folder', plugin({ name: '../x.py' }), 'SLP701 error ../x.py:1'],
    ['an absolute path', plugin({ name: '/etc/x.py' }), 'SLP701 error /etc/x.py:1'],
    ['a drive letter', plugin({ name: 'C:/x.py' }), 'SLP701 error C:/x.py:1'],
    ['a backslash', plugin({ name: 'a\\x.py' }), 'SLP701 error a\\x.py:1'],
    ['a newline', plugin({ name: 'a\nx.py' }), 'SLP701 error a\\u{a}x.py:1'],
    ['a parent folder in the prefix', plugin({ name: 'x.py', prefix: '..' }), 'SLP701 error ../x.py:1'],
    [
      'a parent folder in a pax path',
      plugin(pax({ path: `../${deep}` }), { name: 'x.py' }),
      `SLP701 error ../${deep}:1`,
    ],
    ['a NUL in a pax path', plugin(pax({ path: 'é\0.py' }), { name: 'x.py' }), 'SLP701 error é\\u{0}.py:1'],
    ['a parent folder in a long name', plugin(longName(`../${deep}`), { name: 'x.py' }), `SLP701 error ../${deep}:1`],
    ['an empty name', plugin({ name: '' }), 'SLP701 error :1'],
    ['513 bytes', plugin(longName('x'.repeat(513)), { name: 'x'.repeat(100) }), `SLP701 error ${'x'.repeat(512)}…:1`],
    ['bytes that are not UTF-8', plugin({ name: Uint8Array.of(0x61, 0xff) }), 'SLP701 error :1'],
    ['the same name twice', plugin({ name: 'a.py' }, { name: 'a.py' }), 'SLP703 error a.py:1'],
    ['names that differ in case', plugin({ name: 'A.py' }, { name: 'a.py' }), 'SLP703 error a.py:1'],
    ['composed and decomposed Unicode', plugin({ name: 'è.py' }, { name: 'e\u0300.py' }), 'SLP703 error e\u0300.py:1'],
    ['a file that is also a folder', plugin({ name: 'a' }, { name: 'a/b.py' }), 'SLP703 error a:1'],
  ])('an unsafe or colliding name in a tar.gz is rejected: %s', async (_, members, expected) => {
    expect(await findingsOf(writeTarGz(members))).toEqual([expected]);
  });
});

describe('unsupported members and headers (SLP702)', () => {
  test.each<[string, TarMemberSpec[], string]>([
    ['hard link', plugin({ name: 'x', type: '1', link: 'manifest.py' }), 'x'],
    ['symbolic link', plugin({ name: 'x', type: '2', link: '/etc/passwd' }), 'x'],
    ['character device', plugin({ name: 'x', type: '3' }), 'x'],
    ['block device', plugin({ name: 'x', type: '4' }), 'x'],
    ['FIFO', plugin({ name: 'x', type: '6' }), 'x'],
    ['contiguous file', plugin({ name: 'x', type: '7' }), 'x'],
    ['GNU sparse file', plugin({ name: 'x', type: 'S' }), 'x'],
    ['volume label', plugin({ name: 'x', type: 'V' }), 'x'],
    ['part of another volume', plugin({ name: 'x', type: 'M' }), 'x'],
    ['an unknown type', plugin({ name: 'x', type: 'Z' }), 'x'],
    ['a file by type, a folder by name', plugin({ name: 'x/', type: '0' }), 'x'],
    ['a folder that contains data', plugin({ name: 'x/', type: '5', data: 'hidden' }), 'x'],
    ['a link that contains data', plugin({ name: 'x', type: '2', data: 'hidden' }), 'x'],
    ['pax: another name', plugin(pax({ path: 'evil.py' }), { name: 'readme.txt' }), 'evil.py'],
    ['a long name that is short', plugin(longName('evil.py'), { name: 'readme.txt' }), 'evil.py'],
    ['pax: another size', plugin(pax({ size: '512' }), { name: 'a.txt', data: 'x'.repeat(512), size: 0 }), 'a.txt'],
    ['pax: a link', plugin(pax({ linkpath: '/etc' }), { name: 'a.txt' }), ''],
    [
      'pax: a sparse map',
      plugin(pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'evil.py' }), { name: 'a.txt' }),
      '',
    ],
    ['pax: a real size', plugin(pax({ 'SCHILY.realsize': '9' }), { name: 'a.txt' }), ''],
    ['pax: names in another charset', plugin(pax({ hdrcharset: 'BINARY', path: deep }), { name: 'a.txt' }), ''],
    ['pax: a path twice', plugin({ name: 'p', type: 'x', data: '10 path=a\n10 path=b\n' }, { name: 'a' }), ''],
    ['pax: a record with a wrong length', plugin({ name: 'p', type: 'x', data: '99 path=a\n' }, { name: 'a' }), ''],
    ['pax: a record without a newline', plugin({ name: 'p', type: 'x', data: '9 path=ab' }, { name: 'a' }), ''],
    ['pax: not a record', plugin({ name: 'p', type: 'x', data: 'hello' }, { name: 'a' }), ''],
    ['pax: too large', plugin({ name: 'p', type: 'x', data: noise(70_000) }, { name: 'a' }), ''],
    ['global pax: a path', [pax({ path: 'evil.py' }, 'g'), ...plugin()], ''],
    ['global pax: a size', [pax({ size: '1' }, 'g'), ...plugin()], ''],
    ['two extended headers', plugin(pax({ path: deep }), longName(`${deep}2`), { name: 'a.txt' }), ''],
    ['an extended header at the end', plugin(pax({ path: deep })), ''],
    ['GNU long link', plugin({ name: '././@LongLink', type: 'K', data: 'x' }, { name: 'a.txt' }), '@LongLink'],
  ])('an unsupported member or header of a tar.gz is SLP702: %s', async (_, members, file) => {
    expect(await findingsOf(writeTarGz(members))).toEqual([`SLP702 error ${file}:1`]);
  });
});

test('a rename that leads out of the folder is SLP701 and SLP702', async () => {
  expect(await findingsOf(writeTarGz(plugin(pax({ path: '../evil.py' }), { name: 'readme.txt' })))).toEqual([
    'SLP701 error ../evil.py:1',
    'SLP702 error ../evil.py:1',
  ]);
});

test('a long name of NULs takes no longer than any other name', async () => {
  const nuls = { name: 'x', type: 'L', data: `${'\0'.repeat(60_000)}a` };
  const findings = await findingsOf(writeTarGz(plugin(...Array.from({ length: 20 }, () => [nuls, manifest]).flat())));
  expect(findings.map((line) => line.slice(0, 12))).toEqual(['SLP701 error']);
});

describe('limits (SLP705)', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `f${i}.txt`, data: 'x' }));
  test.each<[string, TarMemberSpec[], string]>([
    ['1,001 entries', plugin(...many(999)), ''],
    ['a size above the limit', plugin({ name: 'a.bin', size: 600 * MiB }), ''],
    ['one source over 2 MiB', plugin({ name: 'a.py', data: noise(2 * MiB + 1) }), 'a.py'],
    ['more than 100:1 over 1 MiB', plugin({ name: 'z.bin', data: new Uint8Array(2 * MiB) }), 'z.bin'],
    [
      'more than 100:1 among incompressible files',
      plugin(
        { name: 'n.bin', data: noise(MiB) },
        { name: 'z.bin', data: new Uint8Array(2 * MiB) },
        { name: 'o.bin', data: noise(MiB) },
      ),
      'z.bin',
    ],
  ])('a tar.gz that exceeds a limit is SLP705: %s', async (_, members, file) => {
    expect(await findingsOf(writeTarGz(members))).toContain(`SLP705 error ${file}:1`);
  });

  test('endless padding in a tar.gz is SLP705', async () => {
    expect(await findingsOf(writeTarGz(plugin(), new Uint8Array(2 * MiB)))).toContain('SLP705 error :1');
  });

  test.each([
    [4000, []],
    [4001, ['SLP705 error :1']],
  ])('a tar.gz with %d headers, most without an entry, has the findings %j', async (headers, expected) => {
    const members = plugin();
    const comments = Array.from({ length: headers - members.length }, () => pax({ comment: 'x' }, 'g'));
    expect(await findingsOf(writeTarGz([...comments, ...members]))).toEqual(expected);
  });

  test('a tar.gz with 1,000 entries is allowed', async () => {
    expect(await findingsOf(writeTarGz(plugin(...many(998))))).toEqual([]);
  });
});

describe('contents are checked as in a zip', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['fast.so', 'x', 'SLP707 error fast.so:1'],
    ['data.bin', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), 'SLP707 error data.bin:1'],
    ['__pycache__/x.txt', 'x', 'SLP707 error __pycache__:1'],
    ['a.whl', 'x', 'SLP708 error a.whl:1'],
    ['data.bin', whole, 'SLP708 error data.bin:1'],
    ['m.bin', Uint8Array.of(0x80, 4), 'SLP711 warning m.bin:1'],
    ['requirements.txt', 'a\n-e .\n', 'SLP712 warning requirements.txt:2'],
    ['sitecustomize.py', 'x = 1', 'SLP713 error sitecustomize.py:1'],
    ['a.sh', 'x', 'SLP713 warning a.sh:1'],
  ])('a file in a tar.gz is checked as in a zip: %s', async (name, data, expected) => {
    const underTop = plugin({ name, data }).map((member) => ({ ...member, name: `top/${String(member.name)}` }));
    expect(await findingsOf(writeTarGz(plugin({ name, data })))).toEqual([expected]);
    expect(await findingsOf(writeTarGz(underTop))).toEqual([expected]);
  });

  test('a required file missing from a tar.gz is SLP709', async () => {
    expect(await findingsOf(writeTarGz([manifest]))).toEqual(['SLP709 error pipeline.py:1']);
  });
});

describe('invalid tar.gz archives (SLP710)', () => {
  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ['gzip of text', gzip(bytesOf('hello, I am a tar'))],
    ['gzip of no bytes', gzip(noise(0))],
    ['gzip of a long text', gzip(noise(5000).map((byte) => 97 + (byte % 26)))],
    ['only magic bytes', Uint8Array.of(0x1f, 0x8b)],
    ['only a header', whole.slice(0, 10)],
    ['truncated in the middle', whole.slice(0, whole.length >> 1)],
    ['truncated before its last byte', whole.slice(0, -1)],
    ['a wrong CRC', joined([whole.slice(0, -8), noise(4), whole.slice(-4)])],
    ['a wrong length', joined([whole.slice(0, -4), noise(4)])],
    ['bytes after the gzip data', joined([whole, Uint8Array.of(0)])],
    ['a second member', joined([whole, whole])],
    ['a zip after it', joined([whole, bytesOf('PK\u0003\u0004')])],
    ['a reserved flag', joined([whole.slice(0, 3), Uint8Array.of(0xe0), whole.slice(4)])],
    ['an unknown method', joined([whole.slice(0, 2), Uint8Array.of(7), whole.slice(3)])],
    ['a tar without its end', writeTarGz(plugin(), noise(0))],
    ['a tar truncated within a member', gzip(writeTar(plugin()).slice(0, 600))],
    [
      'a member after the end',
      writeTarGz([...plugin()], joined([new Uint8Array(1024), writeTar([{ name: 'evil.py', data: 'x' }])])),
    ],
    [
      'a member after one zero block',
      writeTarGz([...plugin()], joined([new Uint8Array(512), writeTar([{ name: 'evil.py', data: 'x' }])])),
    ],
    ['a wrong checksum', writeTarGz(plugin({ name: 'a.txt', checksum: 7 }))],
    ['a size that is not a number', writeTarGz(plugin({ name: 'a.txt', size: '-0000000001\0' }))],
    ['no members', writeTarGz([])],
  ])('an invalid tar.gz is SLP710: %s', async (_, bytes) => {
    expect(await findingsOf(bytes)).toContain('SLP710 error :1');
  });
});

describe('the repacked zip', () => {
  test('the repacked zip of a tar.gz has the same files, and the same bytes each time', async () => {
    const members = plugin(
      { name: 'é/data.bin', data: noise(3 * MiB) },
      { name: 'empty.txt' },
      { name: 'run', data: '#!/usr/bin/python\n' },
    );
    const tarGz = writeTarGz([
      folder('top/'),
      ...members.map((member) => ({ ...member, name: `top/${String(member.name)}` })),
    ]);
    const first = await openTestArchive(memorySource(tarGz));
    const second = await openTestArchive(memorySource(tarGz));
    expect(first.zip?.sha256).toBe(second.zip?.sha256);
    if (!first.zip) throw new Error('not repacked');
    const reopened = await openTestArchive(first.zip.source);
    expect(reopened).toMatchObject({ format: 'zip', sha256: first.zip.sha256, findings: [] });
    expect(reopened.files).toEqual(first.files);
    for (const { name, data } of members) {
      const digest = await sha256Hex(joined([bytesOf(data ?? '')]));
      expect(await sha256Hex(await first.read(String(name)))).toBe(digest);
      expect(await sha256Hex(await reopened.read(String(name)))).toBe(digest);
    }
  });

  test('no zip is created when a name, a member type or a limit rejects the tar.gz', async () => {
    const { zip, files } = await openTestArchive(memorySource(writeTarGz(plugin({ name: '../x.py' }))));
    expect([zip, files]).toEqual([null, []]);
  });

  test('the repacked zip of a tar.gz has a different digest than the upload', async () => {
    const { sha256, zip } = await openTestArchive(memorySource(whole));
    expect(sha256).toBe(await sha256Hex(whole));
    expect(zip?.sha256).not.toBe(sha256);
  });
});
