// Tests limitMemory: a module's memory maximum, and modules that it rejects.
import { describe, expect, test } from 'vitest';
import { limitMemory } from '../../../builder/server/builds/wasm-memory.ts';

const preamble = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** A type section with no types, and an export section that exports the memory as `m`. */
const typeSection = [1, 1, 0];
const exportSection = [7, 5, 1, 1, 0x6d, 2, 0];

function moduleOf(...sections: number[][]): Uint8Array {
  return Uint8Array.from([...preamble, ...sections.flat()]);
}

/** The LEB128 encoding of 200 (pages of 64 KiB), which takes two bytes. */
const twoHundred = [0xc8, 0x01];

describe('a module with a memory', () => {
  test.each([
    ['without a maximum', [5, 4, 1, 0x00, ...twoHundred]],
    ['with a higher maximum', [5, 7, 1, 0x01, ...twoHundred, 0x80, 0x80, 0x04]],
  ])('a module with a memory %s gets the maximum, and nothing else changes', (_, memory) => {
    const limited = limitMemory(moduleOf(typeSection, memory, exportSection), 1536);
    expect(limited && [...limited]).toEqual([
      ...moduleOf(typeSection, [5, 6, 1, 0x01, ...twoHundred, 0x80, 0x0c], exportSection),
    ]);
  });

  test('a module whose memory starts at the maximum is limited; a module that starts with more is not', () => {
    const module = moduleOf([5, 4, 1, 0x00, ...twoHundred]);
    expect(limitMemory(module, 200)).toHaveLength(preamble.length + 8);
    expect(limitMemory(module, 199)).toBe(undefined);
  });
});

test.each<[string, Uint8Array, string]>([
  ['an executable', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46]), 'not a WebAssembly module'],
  ['nothing', new Uint8Array(), 'not a WebAssembly module'],
  ['no memory', moduleOf(typeSection), 'the module has no memory of its own'],
  [
    'two memories',
    moduleOf([5, 5, 2, 0x00, 1, 0x00, 1]),
    'the module must have exactly one memory, and it must not be shared',
  ],
  [
    'a shared memory',
    moduleOf([5, 4, 1, 0x03, 1, 2]),
    'the module must have exactly one memory, and it must not be shared',
  ],
  ['a section that ends after the module', moduleOf([1, 40, 0]), 'a section ends after the module'],
  ['a number that is cut off', moduleOf([5, 2, 1, 0x00]), 'a number in the module is cut off or too long'],
  [
    'a number of 36 bits',
    moduleOf([1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
    'a number in the module is cut off or too long',
  ],
])('a malformed module is rejected: %s', (_, module, message) => {
  expect(() => limitMemory(module, 1536)).toThrow(message);
});
