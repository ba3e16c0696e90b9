// Makes WebAssembly modules of given sizes, and finishes them as a build does.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finishModule } from '../../../builder/server/builds/wasm.ts';
import { newFolder } from '../support.ts';

const preamble = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
export const MiB = 2 ** 20;

function number(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)];
}

/** Returns a module that has a memory of this many pages, and a custom section with this content. */
export function moduleOf(pages: number, content = new Uint8Array()): Buffer {
  const memory = [1, 0x00, ...number(pages)];
  return Buffer.concat([
    Uint8Array.from([...preamble, 5, memory.length, ...memory, 0, ...number(content.length + 2), 1, 0x78]),
    content,
  ]);
}

/** Returns bytes that can't be compressed. */
export function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const random = new Uint8Array(bytes);
  for (let offset = 0; offset < bytes; offset += 65_536)
    crypto.getRandomValues(random.subarray(offset, offset + 65_536));
  return random;
}

export async function finish(module: Buffer) {
  const folder = newFolder();
  const compiled = join(folder, 'compiled');
  writeFileSync(compiled, module);
  mkdirSync(join(folder, 'work'));
  return finishModule(compiled, { work: join(folder, 'work') });
}
