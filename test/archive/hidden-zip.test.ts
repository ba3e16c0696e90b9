// Tests what the end of a file reveals (scan policy §8, SLP708): a zip appended to other bytes, and code in an array archive.
import { describe, expect, test } from 'vitest';
import { writeZip } from '../support/archives/zip-writer.ts';
import { joined, noise } from '../support/bytes.ts';
import { findingsOf, plugin } from './open-plugin.ts';

const inner = writeZip([{ name: 'evil.py', data: 'import os' }]);
const junk = noise(5000);

describe('a file that Python can import from is SLP708', () => {
  test.each<[string, string, Uint8Array]>([
    ['a zip behind other bytes', 'weights.bin', joined([junk, inner])],
    ['a zip with bytes after it', 'weights.bin', joined([junk, inner, new Uint8Array(60_000)])],
    ['a zip in a large file', 'weights.bin', joined([noise(3 * 1024 * 1024), inner])],
    [
      'a zip behind the head of another format',
      'm.safetensors',
      joined([new TextEncoder().encode('\0\0\0\0\0\0\0\0{}'), inner]),
    ],
    [
      'code among arrays',
      'm.npz',
      writeZip([
        { name: 'a.npy', data: 'x' },
        { name: 'evil.py', data: 'x' },
      ]),
    ],
    ['compiled code among arrays', 'm.pt', writeZip([{ name: 'm/evil.so', data: 'x' }])],
    ['code beside TorchScript', 'm.pt', writeZip([{ name: 'm/code/evil.py', data: 'x' }])],
  ])('a file that Python can import from is SLP708: %s', async (_, name, data) => {
    const findings = await findingsOf(writeZip(plugin({ name, data })));
    expect(findings.filter((found) => found.startsWith('SLP708'))).toEqual([`SLP708 error ${name}:1`]);
  });
});

test('the ends of stored files are read even in archives too large to read in full', async () => {
  const data = joined([new Uint8Array(17 * 1024 * 1024), inner]);
  const findings = await findingsOf(writeZip(plugin({ name: 'weights.bin', data, stored: true })));
  expect(findings).toEqual(['SLP708 error weights.bin:1']);
});

describe('a file that only resembles an archive', () => {
  test.each<[string, Uint8Array]>([
    ['other bytes', junk],
    ['an end record without entries', joined([junk, writeZip([])])],
    [
      'an end record whose directory does not fit',
      joined([junk.subarray(0, 10), inner.subarray(inner.length - 22), junk]),
    ],
  ])('a file that only resembles an archive is not SLP708: %s', async (_, data) => {
    expect(await findingsOf(writeZip(plugin({ name: 'weights.bin', data })))).toEqual([]);
  });
});
