// Tests the names and encodings of READMEs, and one that is far too long.
import { describe, expect, test } from 'vitest';
import { readmeLimits } from '../../../../src/contract/features/readme/limits.ts';
import { readme } from '../scenes/readmes.ts';

describe('a README', () => {
  test.each([
    [['readme.md'], 'readme.md'],
    [['Readme.md', 'README.txt', 'docs/README.md'], 'Readme.md'],
    [['README.md', 'README'], 'README.md'],
    [['README', 'README.rst', 'readme.markdown'], 'readme.markdown'],
    [['README', 'README.txt', 'README.rst'], 'README.rst'],
    [['README', 'README.txt'], 'README.txt'],
    [['README'], 'README'],
  ])('among %s is %s', async (paths, path) => {
    const files = Object.fromEntries(paths.map((one) => [one, `this is ${one}`]));
    expect((await readme(files)).body).toMatchObject({ path, text: `this is ${path}` });
  });
});

describe('the encoding of a README', () => {
  const text = '# Grüße 👋\n';
  const units = Uint16Array.from({ length: text.length + 1 }, (_, at) => `\ufeff${text}`.charCodeAt(at));
  const utf16 = new Uint8Array(units.buffer);
  const swapped = utf16.map((_, at) => utf16[at ^ 1] ?? 0);

  test.each([
    ['UTF-16, as PowerShell writes it', utf16],
    ['UTF-16 with the high byte first', swapped],
  ])('may be %s', async (_, bytes) => {
    const { body } = await readme({ 'README.md': bytes });
    expect(body).toMatchObject({ text, size_bytes: bytes.length });
  });

  test.each([
    ['Latin-1', new Uint8Array([0x47, 0x72, 0xfc, 0xdf, 0x65])],
    ['binary', new Uint8Array([0x61, 0, 0x62])],
    ['UTF-32', new Uint8Array([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
    ['UTF-16 without its mark', utf16.slice(2)],
    ['half a character', new Uint8Array([0xff, 0xfe, 0x61])],
  ])('is said to be wrong if it is %s', async (_, bytes) => {
    const { status, body } = await readme({ 'README.md': bytes });
    const error = {
      message: 'README.md of hello_ext_1_0_0 is not UTF-8',
      details: { resource: 'README', id: 'hello_ext_1_0_0', path: 'README.md' },
      hint: 'Save README.md as UTF-8, and publish a new version.',
    };
    expect([status, body]).toMatchObject([404, { error }]);
  });
});

describe('a long README', () => {
  const { textBytes } = readmeLimits;

  test('is cut at once if it is far larger', async () => {
    const text = Array.from({ length: 200_000 }, (_, i) => `${(i * 7919) % 100_003} is a number\n`).join('');
    const { body } = await readme({ 'README.md': text });
    expect(body).toMatchObject({ text: text.slice(0, textBytes), size_bytes: text.length, truncated: true });
  });
});
