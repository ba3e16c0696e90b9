import { expect, test } from 'vitest';
import { secretsEqual, sha256Hex } from '../../src/core/digest.ts';

test('SHA-256 digests of text and bytes are correct', async () => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  expect(await sha256Hex('')).toBe(empty);
  expect(await sha256Hex(new Uint8Array(0))).toBe(empty);
  expect(await sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test.each([
  ['secret', 'secret', true],
  ['', '', true],
  ['secret', 'Secret', false],
  ['secret', 'secre', false],
  ['secret', 'secret ', false],
  ['secret', '', false],
])('the secrets %j and %j are equal: %s', async (one, other, equal) => {
  expect(await secretsEqual(one, other)).toBe(equal);
});
