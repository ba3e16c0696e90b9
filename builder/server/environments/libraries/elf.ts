// Reads a shared library's declared dependencies (ELF). The file is untrusted: every table and string is bounded, and every offset is
// checked against the file. A malformed file doesn't count as a library, since nothing can load it.
import { constants, type FileHandle, open } from 'node:fs/promises';

export interface SharedLibrary {
  /** The name by which other libraries refer to it, if any. */
  soname: string | undefined;
  needed: string[];
  /** Its search folders for needed libraries (DT_RPATH, DT_RUNPATH). */
  folders: string[];
}

/** ELF machine numbers and the names that wheels use. */
const machines: Record<string, number | undefined> = { x86_64: 62, aarch64: 183 };

const headerBytes = 64;
const segmentBytes = 56;
const entryBytes = 16;
/** Real libraries have at most about 15 segments, 60 entries and 30 needed libraries. */
const segmentsMax = 256;
const entriesMax = 1024;
const neededMax = 128;
const textBytesMax = 4096;

const loaded = 1;
const dynamic = 2;
const tags = { end: 0, needed: 1, texts: 5, soname: 14, rpath: 15, runpath: 29 };

class Malformed extends Error {
  override readonly name = 'Malformed';
}

interface Segment {
  type: number;
  offset: number;
  address: number;
  bytes: number;
}

/** Returns undefined if the file isn't a library for the given machine, such as `x86_64`. */
export async function readLibrary(path: string, machine: string): Promise<SharedLibrary | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await new ElfReader(file, (await file.stat()).size).library(machine);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

class ElfReader {
  readonly #file: FileHandle;
  readonly #size: number;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  async library(machine: string): Promise<SharedLibrary> {
    const segments = await this.#segments(machine);
    const table = segments.find(({ type }) => type === dynamic);
    if (!table) throw new Malformed('nothing is loaded with it');
    const entries = await this.#entries(table);
    const valuesOf = (wanted: number) => entries.flatMap(([tag, value]) => (tag === wanted ? [value] : []));
    const [textsAddress] = valuesOf(tags.texts);
    const texts = textsAddress === undefined ? undefined : offsetOf(textsAddress, segments);
    if (texts === undefined) throw new Malformed('it has no texts');
    const text = (at: number) => this.#text(texts + at);
    const [soname] = valuesOf(tags.soname);
    const needed: string[] = [];
    for (const at of valuesOf(tags.needed).slice(0, neededMax)) needed.push(await text(at));
    const folders: string[] = [];
    for (const at of [...valuesOf(tags.rpath).slice(0, 1), ...valuesOf(tags.runpath).slice(0, 1)])
      folders.push(...(await text(at)).split(':'));
    return { soname: soname === undefined ? undefined : await text(soname), needed, folders };
  }

  async #segments(machine: string): Promise<Segment[]> {
    const header = await this.#read(0, headerBytes);
    // 64-bit, little-endian.
    if (header.readUInt32BE(0) !== 0x7f454c46 || header.readUInt16BE(4) !== 0x0201)
      throw new Malformed('it is not an ELF file');
    if (header.readUInt16LE(18) !== machines[machine]) throw new Malformed('it is for another machine');
    const [size, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    if (size !== segmentBytes || count > segmentsMax) throw new Malformed("its segments can't be read");
    const table = await this.#read(number(header, 32), count * segmentBytes);
    return Array.from({ length: count }, (_, index) => {
      const at = index * segmentBytes;
      return {
        type: table.readUInt32LE(at),
        offset: number(table, at + 8),
        address: number(table, at + 16),
        bytes: number(table, at + 32),
      };
    });
  }

  async #entries({ offset, bytes }: Segment): Promise<[tag: number, value: number][]> {
    const count = Math.min(Math.floor(bytes / entryBytes), entriesMax);
    const table = await this.#read(offset, count * entryBytes);
    const entries: [number, number][] = [];
    for (let at = 0; at < table.length; at += entryBytes) {
      const tag = number(table, at);
      if (tag === tags.end) break;
      entries.push([tag, number(table, at + 8)]);
    }
    return entries;
  }

  async #text(at: number): Promise<string> {
    const bytes = await this.#read(at, Math.min(textBytesMax, Math.max(0, this.#size - at)));
    const end = bytes.indexOf(0);
    if (end < 0) throw new Malformed('a text has no end');
    return bytes.toString('latin1', 0, end);
  }

  async #read(at: number, length: number): Promise<Buffer> {
    if (at + length > this.#size) throw new Malformed('it is truncated');
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, at);
    if (bytesRead < length) throw new Malformed('it is truncated');
    return bytes;
  }
}

/** A value too large to be an exact number is past the end of any file anyway. */
function number(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

/** Returns the file offset of the bytes loaded at this address. */
function offsetOf(address: number, segments: Segment[]): number | undefined {
  const holds = (segment: Segment) =>
    segment.type === loaded && address >= segment.address && address < segment.address + segment.bytes;
  const found = segments.find(holds);
  return found && found.offset + (address - found.address);
}
