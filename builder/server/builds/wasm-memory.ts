// Sets a WebAssembly module's maximum memory. Go's linker omits it, so a module could grow to 4 GiB.

const preamble = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const memorySection = 5;
const minimumOnly = 0x00;
const minimumAndMaximum = 0x01;

/** Returns the module with this maximum, in pages of 64 KiB. Returns undefined if its initial memory is larger. */
export function limitMemory(module: Uint8Array, pagesMax: number): Uint8Array | undefined {
  if (preamble.some((byte, index) => module[index] !== byte)) throw new Error('not a WebAssembly module');
  let offset = preamble.length;
  while (offset < module.length) {
    const [size, content] = readNumber(module, offset + 1);
    const end = content + size;
    if (end > module.length) throw new Error('a section ends after the module');
    if (module[offset] === memorySection) {
      const pages = minimumOf(module.subarray(content, end));
      if (pages > pagesMax) return undefined;
      const memory = [1, minimumAndMaximum, ...numberBytes(pages), ...numberBytes(pagesMax)];
      const section = [memorySection, ...numberBytes(memory.length), ...memory];
      return Buffer.concat([module.subarray(0, offset), Uint8Array.from(section), module.subarray(end)]);
    }
    offset = end;
  }
  throw new Error('the module has no memory of its own');
}

/** Parses a memory section. */
function minimumOf(content: Uint8Array): number {
  const [count, first] = readNumber(content, 0);
  const flags = content[first];
  if (count !== 1 || (flags !== minimumOnly && flags !== minimumAndMaximum))
    throw new Error('the module must have exactly one memory, and it must not be shared');
  return readNumber(content, first + 1)[0];
}

/** Reads an unsigned LEB128 of at most 32 bits. Returns the number and the offset after it. */
function readNumber(bytes: Uint8Array, offset: number): [number, number] {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[offset + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return [value, offset + index + 1];
  }
  throw new Error('a number in the module is cut off or too long');
}

function numberBytes(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...numberBytes(value >>> 7)];
}
