// Scan policy §8, SLP705 and SLP707-713: limits, and findings by name and first bytes.
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { exceedsRatio } from '../../src/archive/rules/entry-limits.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { writeZip, type ZipEntrySpec } from '../support/archives/zip-writer.ts';
import { bytesOf, joined, noise } from '../support/bytes.ts';
import { findingsOf, manifest, pathsOf, pipeline, plugin } from './open-plugin.ts';

const MiB = 1024 * 1024;
const zeros = (length: number) => new Uint8Array(length);
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `f${i}.txt`, data: 'x', stored: true }));
/** Declares a false size for an entry. Archives rejected by their directory are never inflated. */
const declared = (name: string, size: number, packed = noise(size / 90)): ZipEntrySpec => ({
  name,
  packed,
  fields: { size },
});

describe('limits (SLP705)', () => {
  test.each<[string, ZipEntrySpec[], string[]]>([
    ['1,001 entries', plugin(...many(999)), [':1']],
    ['4,001 entries', Array.from({ length: 4001 }, (_, i) => ({ name: `${i}`, stored: true })), [':1']],
    ['1,001 entries, including folders', plugin(...many(998), { name: 'd/' }), [':1']],
    [
      'more than 500 MiB unpacked',
      plugin(...Array.from({ length: 5 }, (_, i) => declared(`${i}.bin`, 100 * MiB))),
      [':1'],
    ],
    [
      'more than 50 MiB of source',
      plugin(...Array.from({ length: 26 }, (_, i) => declared(`${i}.py`, 2 * MiB))),
      [':1'],
    ],
    ['one source over 2 MiB', plugin(declared('big.py', 2 * MiB + 1)), ['big.py:1']],
    ['one stub over 2 MiB', plugin(declared('big.PYI', 2 * MiB + 1)), ['big.PYI:1']],
    ['more than 100:1 over 1 MiB', plugin({ name: 'z.bin', data: zeros(MiB + 1) }), ['z.bin:1']],
    ['a large size with no data', plugin(declared('z.bin', 2 * MiB, zeros(0))), ['z.bin:1']],
    [
      'a script over 2 MiB, detected by its first line',
      plugin({ name: 'run', data: joined([bytesOf('#!/usr/bin/python3\n'), noise(2 * MiB)]) }),
      ['run:1'],
    ],
  ])('a zip that exceeds a limit is SLP705: %s', async (_, entries, at) => {
    expect(await findingsOf(writeZip(entries))).toEqual(at.map((place) => `SLP705 error ${place}`));
  });

  test.each<[string, ZipEntrySpec[]]>([
    ['1,000 entries', plugin(...many(998))],
    [
      '1,000 entries plus macOS metadata files',
      plugin(...many(998), ...many(998).map((entry) => ({ ...entry, name: `__MACOSX/._${entry.name}` }))),
    ],
    ['1 MiB at the highest compression', plugin({ name: 'z.bin', data: zeros(MiB) })],
    [
      'a source of 2 MiB',
      plugin({ name: 'big.py', data: joined([bytesOf('# '), noise(2 * MiB - 2).map((byte) => 97 + (byte % 26))]) }),
    ],
  ])('a zip within the limits is allowed: %s', async (_, entries) => {
    expect(await findingsOf(writeZip(entries))).toEqual([]);
  });
});

test.each([
  [1 * MiB, 0, false],
  [1 * MiB + 1, 0, true],
  [2_000_000, 20_000, false],
  [2_000_001, 20_000, true],
])('%i bytes compressed to %i exceed the compression ratio limit: %s', (size, compressedSize, exceeds) => {
  expect(exceedsRatio({ size, compressedSize })).toBe(exceeds);
});

describe('compiled code (SLP707)', () => {
  test.each<[string, string, string | Uint8Array]>([
    ...[
      'fast.so',
      'fast.cpython-312-x86_64-linux-gnu.so',
      'a.pyd',
      'a.dll',
      'a.dylib',
      'a.pyc',
      'a.pyo',
      'a.exe',
      'A.SO',
      'b.PyC',
    ].map((name): [string, string, string] => [name, name, 'x']),
    ['ELF', 'data.bin', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1)],
    ['ELF named like an image', 'logo.png', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1)],
    ['ELF named like a model', 'model.pt.bin', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)],
    ['PE', 'data.bin', Uint8Array.of(0x4d, 0x5a, 0x90, 0, 3, 0)],
    ['Mach-O', 'data.bin', Uint8Array.of(0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1)],
    ['Mach-O, 32 bits', 'data.bin', Uint8Array.of(0xce, 0xfa, 0xed, 0xfe)],
    ['Mach-O, big-endian', 'data.bin', Uint8Array.of(0xfe, 0xed, 0xfa, 0xcf)],
    ['Mach-O, 32 bits, big-endian', 'data.bin', Uint8Array.of(0xfe, 0xed, 0xfa, 0xce)],
    ['Mach-O, universal', 'data.bin', Uint8Array.of(0xca, 0xfe, 0xba, 0xbe)],
    ['Mach-O, universal with 64 bits', 'data.bin', Uint8Array.of(0xca, 0xfe, 0xba, 0xbf)],
    ['Mach-O, universal, little-endian', 'data.bin', Uint8Array.of(0xbe, 0xba, 0xfe, 0xca)],
    ['Mach-O, universal with 64 bits, little-endian', 'data.bin', Uint8Array.of(0xbf, 0xba, 0xfe, 0xca)],
  ])('compiled code in a zip is SLP707: %s', async (_, name, data) => {
    expect(await findingsOf(writeZip(plugin({ name, data })))).toEqual([`SLP707 error ${name}:1`]);
  });

  test('__pycache__ is rejected with a hint, wherever it appears', async () => {
    const { findings } = await openTestArchive(
      memorySource(
        writeZip(plugin({ name: 'lib/__pycache__/a.txt', data: 'x' }, { name: 'lib/__pycache__/b.txt', data: 'x' })),
      ),
    );
    expect(findings.map(({ ruleId, file, message }) => [ruleId, file, message])).toEqual([
      [
        'SLP707',
        'lib/__pycache__',
        'Compiled code: lib/__pycache__ (exclude `__pycache__` folders, for example with `zip -x "*/__pycache__/*"`)',
      ],
    ]);
  });

  test('an empty __pycache__ folder is also rejected', async () => {
    expect(await findingsOf(writeZip(plugin({ name: '__pycache__/' })))).toEqual(['SLP707 error __pycache__:1']);
  });

  test.each(['MZ is what this text begins with', 'a.so.txt', ''])(
    'text is allowed where code would be SLP707: %j',
    async (data) => {
      expect(await findingsOf(writeZip(plugin({ name: 'notes.txt', data })))).toEqual([]);
    },
  );
});

describe('nested archives (SLP708)', () => {
  test.each<[string, string, string | Uint8Array]>([
    ...['a.zip', 'a.whl', 'a.egg', 'a.jar', 'a.tar', 'a.gz', 'a.tar.gz', 'a.bz2', 'a.xz', 'a.7z', 'A.ZIP'].map(
      (name): [string, string, string] => [name, name, 'x'],
    ),
    ['a zip named like data', 'data.bin', writeZip(plugin())],
    ['an empty zip named like data', 'data.bin', writeZip([])],
    ['gzip named like data', 'data.bin', Uint8Array.of(0x1f, 0x8b, 8, 0)],
    ['a zip named like text', 'a.bin.txt', writeZip(plugin())],
  ])('an archive in an archive is SLP708: %s', async (_, name, data) => {
    expect(await findingsOf(writeZip(plugin({ name, data })))).toEqual([`SLP708 error ${name}:1`]);
  });

  test('text that starts like an archive is allowed', async () => {
    expect(await findingsOf(writeZip(plugin({ name: 'notes.txt', data: 'PK is a magic word' })))).toEqual([]);
  });
});

describe('required files (SLP709)', () => {
  test.each<[string, ZipEntrySpec[], string[]]>([
    ['no manifest', [pipeline], ['manifest.py']],
    ['no pipeline', [manifest], ['pipeline.py']],
    ['a name in another case', [{ ...manifest, name: 'Manifest.py' }, pipeline], ['manifest.py']],
    ['a folder with that name', [{ ...manifest, name: 'manifest.py/x.py' }, pipeline], ['manifest.py']],
    [
      'one folder too deep',
      [
        { ...manifest, name: 'a/b/manifest.py' },
        { ...pipeline, name: 'a/b/pipeline.py' },
      ],
      ['manifest.py', 'pipeline.py'],
    ],
  ])('a zip without a required file is SLP709: %s', async (_, entries, missing) => {
    expect(await findingsOf(writeZip(entries))).toEqual(missing.map((file) => `SLP709 error ${file}:1`));
  });
});

describe('pickle payloads (SLP711, a warning)', () => {
  const pickle = Uint8Array.of(0x80, 4, 0x95, 2);
  test.each<[string, string | Uint8Array]>([
    ...['m.pkl', 'm.pickle', 'm.pt', 'm.joblib', 'm.npy', 'm.npz', 'm.dill', 'M.PKL'].map((name): [string, string] => [
      name,
      'x',
    ]),
    ['m.bin', pickle],
    ['m.bin', Uint8Array.of(0x80, 2)],
    ['m.txt', Uint8Array.of(0x80, 5, 0)],
    ['m.pt', writeZip([{ name: 'm/data.pkl', data: 'x' }])],
    ['m.pt', writeZip([{ name: 'm/code/__torch__/a.py', data: 'x' }])],
    ['m.npz', writeZip([{ name: 'a.npy', data: 'x' }])],
    ['m.pth', writeZip([{ name: 'm/data.pkl', data: 'x' }])],
    ['m.pth', pickle],
    ['m.pth', Uint8Array.of(0, 1, 2, 3)],
  ])('a pickle payload is an SLP711 warning: %s', async (name, data) => {
    expect(await findingsOf(writeZip(plugin({ name, data })))).toEqual([`SLP711 warning ${name}:1`]);
  });

  test.each<[string, Uint8Array]>([
    ['m.safetensors', joined([Uint8Array.of(0x80, 2, 0, 0, 0, 0, 0, 0), bytesOf('{"a":{}}')])],
    ['m.safetensors', joined([Uint8Array.of(0x1f, 0x8b, 0, 0, 0, 0, 0, 0), bytesOf('{"a":{}}')])],
    ['m.safetensors', joined([Uint8Array.of(0x4d, 0x5a, 0, 0, 0, 0, 0, 0), bytesOf('{"a":{}}')])],
    ['m.onnx', Uint8Array.of(0x80, 4, 1)],
    ['m.bin', Uint8Array.of(0x80, 1)],
    ['m.bin', Uint8Array.of(0x80, 6)],
    ['m.bin', Uint8Array.of(0x80)],
  ])('a model without pickles has no warning: %s', async (name, data) => {
    expect(await findingsOf(writeZip(plugin({ name, data })))).toEqual([]);
  });

  test('a native library is detected under any name', async () => {
    expect(
      await findingsOf(writeZip(plugin({ name: 'm.safetensors', data: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2) }))),
    ).toEqual(['SLP707 error m.safetensors:1']);
  });
});

describe('unscanned code (SLP713)', () => {
  test.each<[string, string, string | Uint8Array]>([
    ['error', 'a.pth', 'import os'],
    ['error', 'a.pth', 'lib'],
    ['error', 'a.PTH', ''],
    ['error', 'a.pth', joined([bytesOf('import os; os.system("id")\n'), Uint8Array.of(0, 1, 2)])],
    ['error', 'sitecustomize.py', 'x = 1'],
    ['error', 'lib/usercustomize.py', 'x = 1'],
    ...['a.ipynb', 'a.pyx', 'a.sh', 'a.bat', 'a.js', 'A.SH'].map((name): [string, string, string] => [
      'warning',
      name,
      'x',
    ]),
  ])('unscanned code is SLP713 with its severity: %s: %s', async (severity, name, data) => {
    expect(await findingsOf(writeZip(plugin({ name, data })))).toEqual([`SLP713 ${severity} ${name}:1`]);
  });
});

describe('source files', () => {
  test.each<[string, string | Uint8Array, boolean]>([
    ['a.py', '', true],
    ['a.PY', '', true],
    ['a.pyw', '', true],
    ['a.pyi', '', true],
    ['setup.cfg', '', false],
    ['run', '#!/usr/bin/env python3\nx = 1', true],
    ['run.txt', '#!/opt/my/python -u\rx = 1', true],
    ['run', '#!/usr/bin/Python3', true],
    ['run', '#!/bin/sh\n# python', false],
    ['run', ' #!/usr/bin/python', false],
    ['run', `#!/usr/bin/python${'x'.repeat(600)}`, true],
    ['python', 'python', false],
  ])('a file is treated as source depending on its name and first line: %s %j: %s', async (name, data, source) => {
    const { files } = await openTestArchive(memorySource(writeZip(plugin({ name, data }))));
    expect(files.find(({ path }) => path === name)?.source).toBe(source);
  });
});

test('harmless files are accepted', async () => {
  const names = [
    'README.md',
    'LLM_GUIDE.md',
    'models/m.safetensors',
    'models/m.onnx',
    'tests/test_x.py',
    'processors/__init__.py',
    '.gitignore',
    'a.json',
  ];
  const zip = writeZip(plugin(...names.map((name) => ({ name, data: '' }))));
  expect(await pathsOf(zip)).toEqual([...names, 'manifest.py', 'pipeline.py'].sort());
});
