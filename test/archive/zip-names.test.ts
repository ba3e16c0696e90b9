// Names in zips: unsafe paths and collisions (scan policy §8, SLP701-703), ignored files, and the top-level folder (plugin format §1).
import { describe, expect, test } from 'vitest';
import { pathProblem } from '../../src/archive/rules/paths.ts';
import { writeZip, type ZipEntrySpec } from '../support/archives/zip-writer.ts';
import { findingsOf, manifest, pathsOf, pipeline, plugin } from './open-plugin.ts';

describe('unsafe paths (SLP701)', () => {
  test.each<[title: string, name: string | Uint8Array, shown: string]>([
    ['a parent folder', '../x.py', '../x.py'],
    ['a parent folder in the middle', 'a/../../x.py', 'a/../../x.py'],
    ['a parent folder at the end', 'a/..', 'a/..'],
    ['a parent folder after ./', './../x.py', '../x.py'],
    ['an absolute path', '/etc/x.py', '/etc/x.py'],
    ['an absolute path after ./', './/etc/x.py', '/etc/x.py'],
    ['a drive letter', 'C:/x.py', 'C:/x.py'],
    ['a drive letter without a slash', 'c:x.py', 'c:x.py'],
    ['a backslash', 'a\\b.py', 'a\\b.py'],
    ['a NUL', 'a\0.py', 'a\\u{0}.py'],
    ['a newline', 'a\nb.py', 'a\\u{a}b.py'],
    ['an escape', 'a\u001b[31m.py', 'a\\u{1b}[31m.py'],
    ['DEL', 'a\u007f.py', 'a\\u{7f}.py'],
    ['a C1 control', 'a\u0085.py', 'a\\u{85}.py'],
    ['a bidi override', 'a\u202etxt.py', 'a\\u{202e}txt.py'],
    ['a bidi isolate', 'a\u2066.py', 'a\\u{2066}.py'],
    ['an Arabic letter mark', 'a\u061c.py', 'a\\u{61c}.py'],
    ['a zero-width space', 'a\u200b.py', 'a\\u{200b}.py'],
    ['a zero-width joiner', 'a\u200d.py', 'a\\u{200d}.py'],
    ['a word joiner', 'a\u2060.py', 'a\\u{2060}.py'],
    ['a byte order mark', '\ufeffa.py', '\\u{feff}a.py'],
    ['a soft hyphen', 'a\u00ad.py', 'a\\u{ad}.py'],
    ['a line separator', 'a\u2028.py', 'a\\u{2028}.py'],
    ['an empty name', '', ''],
    ['an empty component', 'a//b.py', 'a//b.py'],
    ['a dot component', 'a/./b.py', 'a/./b.py'],
    ['513 bytes', `${'é'.repeat(256)}b`, `${'é'.repeat(256)}b`],
    ['bytes flagged as UTF-8 that are not', Uint8Array.of(0x61, 0xff, 0x62), 'a\u00a0b'],
  ])('an unsafe path is SLP701: %s', async (_, name, shown) => {
    expect(await findingsOf(writeZip(plugin({ name, data: 'x = 1' })))).toEqual([`SLP701 error ${shown}:1`]);
  });

  test.each([
    ['../x.py', 'contains `..`'],
    ['/etc/x.py', 'absolute path'],
    ['C:/x.py', 'drive letter'],
    ['a\\b.py', 'backslash'],
    ['a\0.py', 'control or invisible characters'],
    ['', 'empty name'],
    ['a//b.py', 'empty path component'],
    ['a/./b.py', 'empty path component'],
    ['x'.repeat(513), 'longer than 512 bytes'],
    [`${'a/'.repeat(65)}b`, 'more than 64 folders deep'],
    ['x'.repeat(256), 'a name in it is longer than 255 bytes'],
    [`a/${'é'.repeat(128)}/b.py`, 'a name in it is longer than 255 bytes'],
  ])('an unsafe path %j is reported with a reason', (path, reason) => {
    expect(pathProblem(path)).toBe(reason);
  });

  test.each([
    ['dots', ['a..b/...c.txt', '..hidden.txt', 'a/.b']],
    ['512 bytes', [`${'é'.repeat(127)}/${'é'.repeat(127)}/ab`]],
    ['a name of 255 bytes', [`${'é'.repeat(127)}b`]],
    ['letters of any script', ['modèle.bin', 'данные.csv', '数据.txt', '🦀.md']],
    ['a colon further in, spaces, quotes', ['ab:c.txt', 'a \'b\' "c".txt']],
  ])('a safe path is allowed: %s', async (_, names) => {
    const zip = writeZip(plugin(...names.map((name) => ({ name, data: 'x' }))));
    expect(await pathsOf(zip)).toEqual([...names, 'manifest.py', 'pipeline.py'].sort());
  });
});

describe('names without the UTF-8 flag', () => {
  test('names without the UTF-8 flag are decoded as UTF-8 if valid', async () => {
    const zip = writeZip(plugin({ name: 'é.txt', data: 'x', fields: { flags: 0 } }));
    expect(await pathsOf(zip)).toContain('é.txt');
  });

  test('names without the UTF-8 flag are decoded as code page 437 otherwise', async () => {
    const zip = writeZip(plugin({ name: Uint8Array.of(0x82, 0x2e, 0x74), data: 'x', fields: { flags: 0 } }));
    expect(await pathsOf(zip)).toContain('é.t');
  });
});

describe('entries that are neither files nor folders (SLP702)', () => {
  test.each([
    ['symbolic link', 0o120777],
    ['character device', 0o020644],
    ['block device', 0o060644],
    ['FIFO', 0o010644],
    ['socket', 0o140755],
    ['folder by mode, file by name', 0o040755],
  ])('an entry that is neither a file nor a folder is SLP702: %s', async (_, mode) => {
    expect(await findingsOf(writeZip(plugin({ name: 'x', data: '/tmp', mode })))).toEqual(['SLP702 error x:1']);
  });

  test.each([0, 0o100755, 0o644, 0o104755])('an entry with mode %o is a file', async (mode) => {
    expect(await pathsOf(writeZip(plugin({ name: 'x', data: 'x', mode })))).toContain('x');
  });
});

test('paths below many files collide with the outermost one', async () => {
  const nested = Array.from({ length: 60 }, (_, depth) => ({ name: `${'a/'.repeat(depth)}a`, data: '' }));
  expect(await findingsOf(writeZip(plugin(...nested)))).toEqual(['SLP703 error a:1']);
});

describe('colliding names (SLP703)', () => {
  const file = (name: string): ZipEntrySpec => ({ name, data: name });
  test.each<[title: string, names: string[], at: string]>([
    ['the same name twice', ['a.py', 'a.py'], 'a.py'],
    ['the same name after ./', ['a.py', './a.py'], 'a.py'],
    ['names that differ in case', ['A.py', 'a.py'], 'a.py'],
    ['a letter whose case folding has two letters', ['stra\u00dfe', 'STRASSE'], 'STRASSE'],
    ['a capital letter that folds to two letters', ['stra\u1e9ee', 'strasse'], 'strasse'],
    ['the Kelvin sign', ['\u212a.py', 'k.py'], 'k.py'],
    ['composed and decomposed Unicode', ['mod\u00e8le.py', 'mode\u0300le.py'], 'mode\u0300le.py'],
    ['a file that is also a folder', ['out', 'out/x.py'], 'out'],
    ['a folder that is also a file', ['out/x.py', 'out'], 'out'],
    ['a file that is also a folder further up', ['a', 'a/b/c/d.py'], 'a'],
    ['a file that is also a folder in another case', ['Out', 'out/x.py'], 'Out'],
    ['a file and a folder entry of the same name', ['out', 'out/'], 'out'],
    ['two entries for the same folder', ['d/', 'D/'], 'D'],
  ])('colliding names are SLP703: %s', async (_, names, at) => {
    expect(
      await findingsOf(
        writeZip(
          plugin(
            ...names.map(file).map((entry) => (String(entry.name).endsWith('/') ? { ...entry, data: '' } : entry)),
          ),
        ),
      ),
    ).toEqual([`SLP703 error ${at}:1`]);
  });

  test('implicit folders that differ only in case do not collide', async () => {
    expect(await pathsOf(writeZip(plugin(file('A/x.py'), file('a/y.py'))))).toContain('A/x.py');
  });
});

describe('one top-level folder is stripped', () => {
  const under = (top: string) =>
    [manifest, pipeline, { name: 'a/b.py', data: 'x = 1' }].map((entry) => ({ ...entry, name: top + entry.name }));
  test.each([
    ['no top folder', under('')],
    ['any name', under('my extractor-1.0/')],
    ['after ./', under('./x/')],
    ['only ./', under('./')],
    ['with folder entries', [{ name: 'x/', mode: 0o040755 }, { name: 'x/a/', mode: 0o040755 }, ...under('x/')]],
    ['with an entry for ./', [{ name: './', mode: 0o040755 }, ...under('./')]],
    [
      'next to macOS metadata files',
      [...under('x/'), { name: '__MACOSX/x/._manifest.py', data: '\0\u0005' }, { name: '.DS_Store', data: '\0' }],
    ],
  ])('one top-level folder is stripped: %s', async (_, entries) => {
    expect(await pathsOf(writeZip(entries))).toEqual(['a/b.py', 'manifest.py', 'pipeline.py']);
  });

  test('only one top-level folder is stripped, and only if it contains all files', async () => {
    expect(await findingsOf(writeZip(under('x/y/')))).toEqual([
      'SLP709 error manifest.py:1',
      'SLP709 error pipeline.py:1',
    ]);
    expect(await findingsOf(writeZip([...under('x/'), { name: 'README.md' }]))).toEqual([
      'SLP709 error manifest.py:1',
      'SLP709 error pipeline.py:1',
    ]);
  });
});

describe('macOS metadata files are ignored', () => {
  test.each<[string, ZipEntrySpec]>([
    ['code', { name: '__MACOSX/evil.py', data: 'eval("1")' }],
    ['code in a subfolder', { name: 'lib/__MACOSX/evil.py', data: 'eval("1")' }],
    ['a native library', { name: '__MACOSX/x.so', data: '\u007fELF' }],
    ['a control character in a name', { name: '__MACOSX/._Icon\r', data: '\0' }],
    ['a link', { name: '__MACOSX/link', data: '/tmp', mode: 0o120777 }],
    ['an AppleDouble file', { name: '._manifest.py', data: '\0\u0005\u0016\u0007' }],
    ['an AppleDouble file in a folder', { name: 'processors/._core.py', data: '\0\u0005\u0016\u0007' }],
    ['a folder view', { name: 'models/.DS_Store', data: '\0' }],
  ])('a macOS metadata file is ignored: %s', async (_, entry) => {
    expect(await pathsOf(writeZip(plugin(entry)))).toEqual(['manifest.py', 'pipeline.py']);
  });

  test.each(['__MACOSX/../x.py', '__MACOSX/..\\x.py', 'a\\__MACOSX/x.py', 'a\\b/.DS_Store', '../._x.py'])(
    'a macOS metadata file whose name leads out of the folder is not ignored: %s',
    async (name) => {
      expect(await findingsOf(writeZip(plugin({ name, data: '' })))).toEqual([`SLP701 error ${name}:1`]);
    },
  );

  test('a file whose name only resembles macOS metadata is not ignored', async () => {
    expect(
      await pathsOf(
        writeZip(
          plugin(
            { name: '__MACOSX', data: 'x' },
            { name: '._lib/a.py', data: 'x = 1' },
            { name: '__MACOSX.py', data: 'x = 1' },
          ),
        ),
      ),
    ).toEqual(['._lib/a.py', '__MACOSX', '__MACOSX.py', 'manifest.py', 'pipeline.py']);
  });
});
