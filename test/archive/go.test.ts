// Go source archives (scan policy §8a): which files are scanned, and findings by name and first bytes.
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { writeTarGz } from '../support/archives/tar-writer.ts';
import { writeZip, type ZipEntrySpec } from '../support/archives/zip-writer.ts';

const source = { name: 'plugin.go', data: 'package main\n' };

async function messagesOf(...entries: ZipEntrySpec[]): Promise<string[]> {
  const { findings } = await openTestArchive(memorySource(writeZip(entries)), { language: 'go' });
  return findings.map(({ ruleId, severity, message }) => `${ruleId} ${severity} ${message}`);
}

test('Go files, and go.mod and .gitmodules in the root, are scanned, and no other files are', async () => {
  const names = ['plugin.go', 'go.mod', 'go.sum', 'plugin_test.go', 'actions/a.go', 'x/go.mod', '.gitmodules', 'a.py'];
  const entries = names.map((name) => ({ name, data: '#!/usr/bin/python\n' }));
  for (const bytes of [writeZip(entries), writeTarGz(entries)]) {
    const { findings, files, language } = await openTestArchive(memorySource(bytes), { language: 'go' });
    const scanned = files.filter((file) => file.source).map(({ path }) => path);
    expect({ findings, language, scanned: scanned.sort() }).toEqual({
      findings: [],
      language: 'go',
      scanned: ['.gitmodules', 'actions/a.go', 'go.mod', 'plugin.go', 'plugin_test.go'],
    });
  }
});

describe('non-Go files that would be compiled or linked are rejected', () => {
  const suffixes = ['s S sx c cc cpp cxx m f F for f90 swig swigcxx h hh hpp hxx syso so a'.split(' ')].flat();
  test.each(suffixes)('a non-Go file that would be compiled or linked is rejected: .%s', async (suffix) => {
    const name = `lib/code.${suffix}`;
    expect(await messagesOf(source, { name, data: 'x' })).toEqual([
      `SLP902 error Native code or compiler directive: ${name}`,
    ]);
  });
});

test.each([
  ['an executable', { name: 'tool.exe', data: 'x' }, 'SLP707 error Compiled code: tool.exe'],
  ['an executable by its first bytes', { name: 'tool', data: '\x7fELF\x02' }, 'SLP707 error Compiled code: tool (ELF)'],
  [
    'a Git LFS pointer',
    { name: 'data.bin', data: 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n' },
    'SLP903 error Cannot be built from this source alone: data.bin (a Git LFS pointer; commit the file itself)',
  ],
  ['a nested archive, which is only data', { name: 'a.zip', data: 'x' }, 'SLP708 warning Nested archive: a.zip'],
  ['a nested archive by its first bytes', { name: 'a', data: 'PK\x03\x04' }, 'SLP708 warning Nested archive: a (zip)'],
])('a file in a Go plugin has its finding: %s', async (_, entry, expected) => {
  expect(await messagesOf(source, entry)).toEqual([expected]);
});

test.each([
  'manifest.py',
  'requirements.txt',
  'model.pkl',
  'Makefile',
  'scripts/build.sh',
  'site/index.js',
  'vendor/modules.txt',
  'assembly.so.md',
])('%s has no special meaning to Go', async (name) => {
  expect(await messagesOf(source, { name, data: '--index-url https://example.com' })).toEqual([]);
});

test.each([['lib/a.go'], ['plugin_test.go'], ['main.py']])('%s alone is not a plugin', async (name) => {
  expect(await messagesOf({ name: 'README.md', data: '' }, { name, data: '' })).toEqual([
    'SLP709 error Required file missing: plugin.go (add a Go file at the root)',
  ]);
});

test('names and modes are checked as in other archives', async () => {
  expect(await messagesOf(source, { name: '../x.go', data: '' })).toEqual([
    'SLP701 error Unsafe path in archive: ../x.go (contains `..`)',
  ]);
});
