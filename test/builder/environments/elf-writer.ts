// Writes shared libraries that name their dependencies and contain no code, which is enough for the dynamic loader to search for them.
import { Buffer } from 'node:buffer';

export interface WrittenLibrary {
  needed?: string[];
  soname?: string;
  runpath?: string;
  /** The machine that runs the tests by default. */
  machine?: number;
}

const machines: Partial<Record<NodeJS.Architecture, number>> = { x64: 62, arm64: 183 };
const [headerBytes, segmentBytes] = [64, 56];
const tags = { needed: 1, hash: 4, texts: 5, symbols: 6, textBytes: 10, symbolBytes: 11, soname: 14, runpath: 29 };
/** Offset of the dynamic section: after the header, two segments, an empty symbol table and its hashes. */
export const tableOffset = headerBytes + 2 * segmentBytes + 24 + 16;

export function sharedLibrary({ needed = [], soname, runpath, machine }: WrittenLibrary = {}): Buffer<ArrayBuffer> {
  let texts = '\0';
  const put = (text: string) => {
    const at = texts.length;
    texts += `${text}\0`;
    return at;
  };
  const named: [number, number][] = needed.map((name) => [tags.needed, put(name)]);
  if (soname !== undefined) named.push([tags.soname, put(soname)]);
  if (runpath !== undefined) named.push([tags.runpath, put(runpath)]);
  const text = Buffer.from(texts, 'latin1');
  const symbols = headerBytes + 2 * segmentBytes;
  const tableBytes = (named.length + 6) * 16;
  const textsAt = tableOffset + tableBytes;
  const entries: [number, number][] = [
    ...named,
    [tags.hash, symbols + 24],
    [tags.texts, textsAt],
    [tags.symbols, symbols],
    [tags.textBytes, text.length],
    [tags.symbolBytes, 24],
    [0, 0],
  ];
  const size = textsAt + text.length;
  const file = Buffer.alloc(size);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(machine ?? machines[process.arch] ?? 62, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(headerBytes), 32);
  file.writeUInt16LE(headerBytes, 52);
  file.writeUInt16LE(segmentBytes, 54);
  file.writeUInt16LE(2, 56);
  const segment = (at: number, type: number, [offset, bytes]: [number, number]) => {
    file.writeUInt32LE(type, at);
    file.writeUInt32LE(4, at + 4);
    for (const field of [8, 16, 24]) file.writeBigUInt64LE(BigInt(offset), at + field);
    for (const field of [32, 40]) file.writeBigUInt64LE(BigInt(bytes), at + field);
    file.writeBigUInt64LE(4096n, at + 48);
  };
  segment(headerBytes, 1, [0, size]);
  segment(headerBytes + segmentBytes, 2, [tableOffset, tableBytes]);
  file.writeUInt32LE(1, symbols + 24);
  file.writeUInt32LE(1, symbols + 28);
  for (const [index, [tag, value]] of entries.entries()) {
    file.writeBigUInt64LE(BigInt(tag), tableOffset + index * 16);
    file.writeBigUInt64LE(BigInt(value), tableOffset + index * 16 + 8);
  }
  file.set(text, textsAt);
  return file;
}
