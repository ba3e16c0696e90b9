// Tests sealed secrets: only the same key and context open them, and any change is detected.
import { expect, test } from 'vitest';
import { fromBase64, seal, sealingKey, sealingKeyFromTwo, toBase64, unseal } from '../../src/core/sealing.ts';

const context = 'endpoint whk_1';

test('a sealed value opens with its key and context', async () => {
  const key = await sealingKey('a secret');
  expect(await unseal(key, context, await seal(key, context, 'text: ü'))).toBe('text: ü');
  const pair = await sealingKeyFromTwo('a secret', 'another');
  expect(await unseal(pair, context, await seal(pair, context, ''))).toBe('');
});

test('the same text is sealed differently each time', async () => {
  const key = await sealingKey('a secret');
  expect(await seal(key, context, 'text')).not.toBe(await seal(key, context, 'text'));
});

test('a sealed value does not open with another context', async () => {
  const key = await sealingKey('a secret');
  await expect(unseal(key, 'endpoint whk_2', await seal(key, context, 'text'))).rejects.toThrow();
});

test('a sealed value does not open with another key, even one that shares one of the two secrets', async () => {
  const sealed = await seal(await sealingKeyFromTwo('one', 'two'), context, 'text');
  const others = [
    sealingKeyFromTwo('one', 'three'),
    sealingKeyFromTwo('three', 'two'),
    sealingKeyFromTwo('two', 'one'),
    sealingKeyFromTwo('one', ''),
    sealingKey('one'),
  ];
  for (const key of await Promise.all(others)) await expect(unseal(key, context, sealed)).rejects.toThrow();
});

test('a modified value does not open', async () => {
  const key = await sealingKey('a secret');
  const bytes = fromBase64(await seal(key, context, 'text'));
  for (const at of [0, 12, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(unseal(key, context, toBase64(changed))).rejects.toThrow();
  }
});

test('base64 conversion handles more bytes than a function call can have arguments', () => {
  const bytes = new Uint8Array(200_000).map((_, at) => at % 251);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});
