// Tests modules that finishModule rejects, and why.
import { expect, test } from 'vitest';
import { finish, MiB, moduleOf, noise } from './wasm-modules.ts';

test.each<[string, Buffer, string]>([
  ['data of more than 96 MiB', moduleOf(1537), 'its data needs more than 96 MiB of memory: needs a container'],
  [
    'more than 10 MiB compressed',
    moduleOf(1, noise(11 * MiB)),
    'has 11 MiB compressed, more than 10 MiB: needs a container',
  ],
  ['more than 64 MiB', moduleOf(1, new Uint8Array(65 * MiB)), 'has 65 MiB, more than 64 MiB: needs a container'],
])('a module with %s needs a container', async (_, module, reason) => {
  expect(await finish(module)).toEqual({ reason });
});
