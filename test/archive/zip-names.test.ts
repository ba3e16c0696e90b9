// Scan policy §8, SLP701-703, what is dropped, and the top folder (plugin format §1), as zips show them.
import { describe, expect, test } from 'vitest';
import { writeZip, type ZipEntrySpec } from '../support/zip-writer.ts';
import { findingsOf, manifest, pathsOf, pipeline, plugin } from './open-plugin.ts';

describe('unsafe paths (SLP701)', () => {
  test.each<[title: string, name: string | Uint8Array, shown: string]>([
    ['up and out', '../x.py', '../x.py'],
    ['up in the middle', 'a/../../x.py', 'a/../../x.py'],
    ['up at the end', 'a/..', 'a/..'],
    ['up behind a leading ./', './../x.py', '../x.py'],
    ['absolute', '/etc/x.py', '/etc/x.py'],
    ['absolute behind a leading ./', './/etc/x.py', '/etc/x.py'],
    ['a drive', 'C:/x.py', 'C:/x.py'],
    ['a drive without a slash', 'c:x.py', 'c:x.py'],
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
    ['no name', '', ''],
    ['an empty component', 'a//b.py', 'a//b.py'],
    ['a dot component', 'a/./b.py', 'a/./b.py'],
    ['513 bytes', `${'é'.repeat(256)}b`, `${'é'.repeat(256)}b`],
    ['bytes that are not the announced UTF-8', Uint8Array.of(0x61, 0xff, 0x62), 'a\u00a0b'],
  ])('%s', async (_, name, shown) => {
    expect(await findingsOf(writeZip(plugin({ name, data: 'x = 1' })))).toEqual([`SLP701 error ${shown}:1`]);
  });

  test.each([
    ['dots', ['a..b/...c.txt', '..hidden.txt', 'a/.b']],
    ['512 bytes', ['é'.repeat(256)]],
    ['letters of any script', ['modèle.bin', 'данные.csv', '数据.txt', '🦀.md']],
    ['a colon further in, spaces, quotes', ['ab:c.txt', 'a \'b\' "c".txt']],
  ])('%s are fine', async (_, names) => {
    const zip = writeZip(plugin(...names.map((name) => ({ name, data: 'x' }))));
    expect(await pathsOf(zip)).toEqual([...names, 'manifest.py', 'pipeline.py'].sort());
  });
});

describe('names without the UTF-8 flag', () => {
  test('are read as UTF-8 when they are valid', async () => {
    const zip = writeZip(plugin({ name: 'é.txt', data: 'x', fields: { flags: 0 } }));
    expect(await pathsOf(zip)).toContain('é.txt');
  });

  test('are read as code page 437 when not', async () => {
    const zip = writeZip(plugin({ name: Uint8Array.of(0x82, 0x2e, 0x74), data: 'x', fields: { flags: 0 } }));
    expect(await pathsOf(zip)).toContain('é.t');
  });
});

describe('what is neither file nor folder (SLP702)', () => {
  test.each([
    ['symbolic link', 0o120777],
    ['character device', 0o020644],
    ['block device', 0o060644],
    ['FIFO', 0o010644],
    ['socket', 0o140755],
    ['folder by its mode', 0o040755],
  ])('%s', async (_, mode) => {
    expect(await findingsOf(writeZip(plugin({ name: 'x', data: '/tmp', mode })))).toEqual(['SLP702 error x:1']);
  });

  test.each([0, 0o100755, 0o644, 0o104755])('mode %o is a file', async (mode) => {
    expect(await pathsOf(writeZip(plugin({ name: 'x', data: 'x', mode })))).toContain('x');
  });
});

describe('names that collide (SLP703)', () => {
  const file = (name: string): ZipEntrySpec => ({ name, data: name });
  test.each<[title: string, names: string[], at: string]>([
    ['the same twice', ['a.py', 'a.py'], 'a.py'],
    ['the same behind ./', ['a.py', './a.py'], 'a.py'],
    ['another case', ['A.py', 'a.py'], 'a.py'],
    ['another case of a letter that folds', ['stra\u00dfe', 'STRASSE'], 'STRASSE'],
    ['a capital letter that folds to two', ['stra\u1e9ee', 'strasse'], 'strasse'],
    ['the Kelvin sign', ['\u212a.py', 'k.py'], 'k.py'],
    ['composed and decomposed', ['mod\u00e8le.py', 'mode\u0300le.py'], 'mode\u0300le.py'],
    ['a file and the folder of another', ['out', 'out/x.py'], 'out'],
    ['the folder first', ['out/x.py', 'out'], 'out'],
    ['a file and a folder further up', ['a', 'a/b/c/d.py'], 'a'],
    ['a file and a folder of another case', ['Out', 'out/x.py'], 'Out'],
    ['a file and an entry for its folder', ['out', 'out/'], 'out'],
    ['two entries for one folder', ['d/', 'D/'], 'D'],
  ])('%s', async (_, names, at) => {
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

  test('folders of two cases are not names of entries', async () => {
    expect(await pathsOf(writeZip(plugin(file('A/x.py'), file('a/y.py'))))).toContain('A/x.py');
  });
});

describe('one top folder is stripped', () => {
  const under = (top: string) =>
    [manifest, pipeline, { name: 'a/b.py', data: 'x = 1' }].map((entry) => ({ ...entry, name: top + entry.name }));
  test.each([
    ['none', under('')],
    ['of any name', under('my extractor-1.0/')],
    ['behind ./', under('./x/')],
    ['./ alone', under('./')],
    ['with entries for folders', [{ name: 'x/', mode: 0o040755 }, { name: 'x/a/', mode: 0o040755 }, ...under('x/')]],
    ['with an entry for ./', [{ name: './', mode: 0o040755 }, ...under('./')]],
    [
      'beside what macOS adds',
      [...under('x/'), { name: '__MACOSX/x/._manifest.py', data: '\0\u0005' }, { name: '.DS_Store', data: '\0' }],
    ],
  ])('%s', async (_, entries) => {
    expect(await pathsOf(writeZip(entries))).toEqual(['a/b.py', 'manifest.py', 'pipeline.py']);
  });

  test('only one, and only when all files are under it', async () => {
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

describe('what macOS adds is dropped before anything else', () => {
  test.each<[string, ZipEntrySpec]>([
    ['code', { name: '__MACOSX/evil.py', data: 'eval("1")' }],
    ['code further down', { name: 'lib/__MACOSX/evil.py', data: 'eval("1")' }],
    ['a native library', { name: '__MACOSX/x.so', data: '\u007fELF' }],
    ['a control character in a name', { name: '__MACOSX/._Icon\r', data: '\0' }],
    ['a link', { name: '__MACOSX/link', data: '/tmp', mode: 0o120777 }],
    ['a folder view', { name: 'models/.DS_Store', data: '\0' }],
  ])('%s', async (_, entry) => {
    expect(await pathsOf(writeZip(plugin(entry)))).toEqual(['manifest.py', 'pipeline.py']);
  });

  test('unless its name leads elsewhere', async () => {
    expect(await findingsOf(writeZip(plugin({ name: '__MACOSX/../x.py', data: '' })))).toEqual([
      'SLP701 error __MACOSX/../x.py:1',
    ]);
  });

  test('and only then', async () => {
    expect(
      await pathsOf(writeZip(plugin({ name: '__MACOSX', data: 'x' }, { name: '__MACOSX.py', data: 'x = 1' }))),
    ).toEqual(['__MACOSX', '__MACOSX.py', 'manifest.py', 'pipeline.py']);
  });
});
