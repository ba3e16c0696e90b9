// Tests finishModule: which compiled modules an isolate accepts, and why it rejects others.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finishModule } from '../../../builder/server/builds/wasm.ts';
import { newFolder } from '../support.ts';

const preamble = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const MiB = 2 ** 20;

function number(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)];
}

/** Returns a module that has a memory of this many pages, and a custom section with this content. */
function moduleOf(pages: number, content = new Uint8Array()): Buffer {
  const memory = [1, 0x00, ...number(pages)];
  return Buffer.concat([
    Uint8Array.from([...preamble, 5, memory.length, ...memory, 0, ...number(content.length + 2), 1, 0x78]),
    content,
  ]);
}

function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const random = new Uint8Array(bytes);
  for (let offset = 0; offset < bytes; offset += 65_536)
    crypto.getRandomValues(random.subarray(offset, offset + 65_536));
  return random;
}

async function finish(module: Buffer) {
  const folder = newFolder();
  const compiled = join(folder, 'compiled');
  writeFileSync(compiled, module);
  mkdirSync(join(folder, 'work'));
  return finishModule(compiled, { work: join(folder, 'work') });
}

test('a module is written with its memory maximum, and its compressed size is returned', async () => {
  const finished = await finish(moduleOf(300, noise(MiB)));
  if ('reason' in finished) throw new Error(finished.reason);
  expect([...readFileSync(finished.path).subarray(8, 16)]).toEqual([5, 6, 1, 0x01, 0xac, 0x02, 0x80, 0x0c]);
  expect(finished.compressedBytes).toBeGreaterThan(MiB);
});

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
