// The members of a tar in order, over a stream. Our own, because it has to refuse what libraries make sense of: modern-tar
// applies extended headers before it shows a member (a second name, size or sparse map is gone by then), takes members of
// unknown types for files and the content of links for nothing.
import { Defect } from './defect.ts';
import { listedMax, tarExtensionBytesMax, unpackedBytesMax } from './limits.ts';
import { type EntryName, entryName, printable } from './paths.ts';
import type { ByteStream } from './sequential-reader.ts';
import {
  checkGlobalRecords,
  type Extension,
  paddedBytes,
  readLongName,
  readPaxRecords,
  renames,
} from './tar-extension.ts';
import { isZeroBlock, readTarHeader, type TarHeader, tarBlockBytes } from './tar-header.ts';

export interface TarMember {
  name: EntryName;
  size: number;
  /** What it is instead of a plain file or folder; undefined when it is one of these. */
  special: string | undefined;
  /** Its bytes; what isn't read is skipped. */
  content: ByteStream;
}

const paddingBytesMax = 1024 * 1024;

const specialTypes: Record<string, string> = {
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'character device',
  '4': 'block device',
  '6': 'FIFO',
  '7': 'contiguous file',
  D: 'GNU folder dump',
  M: 'part of another volume',
  N: 'GNU long names',
  S: 'sparse file',
  V: 'volume label',
};

/** Throws a Defect where nothing further can be read: no tar at all (SLP710), tricks (SLP702), limits (SLP705). */
export async function* tarMembers(stream: ByteStream): AsyncGenerator<TarMember> {
  let extension: Extension | undefined;
  let unpacked = 0;
  for (let headers = 0; ; headers++) {
    const block = await readBlock(stream);
    if (block === undefined)
      throw new Defect('SLP710', headers === 0 ? 'the gzip data holds no tar' : 'the tar is cut short');
    if (isZeroBlock(block)) break;
    const header = readTarHeader(block);
    if (header === undefined)
      throw new Defect('SLP710', headers === 0 ? 'the gzip data holds no tar' : 'a tar header is broken');
    if (headers >= listedMax) throw new Defect('SLP705', `more than ${listedMax} tar headers`);
    if ('xgL'.includes(header.type)) {
      extension = await readExtension(stream, header, extension);
      continue;
    }
    unpacked += header.size;
    if (unpacked > unpackedBytesMax) throw new Defect('SLP705', `more than ${unpackedBytesMax} bytes unpacked`);
    const content = new MemberContent(stream, header.size);
    yield member(header, extension ?? {}, content);
    extension = undefined;
    await content.skip();
  }
  if (extension !== undefined) throw new Defect('SLP702', 'an extended header without a member');
  await expectZeros(stream);
}

function member(header: TarHeader, extension: Extension, content: ByteStream): TarMember {
  const raw = extension.path ?? header.name;
  if (raw === undefined) throw new Defect('SLP701', 'a name that is not UTF-8');
  const name = entryName(raw);
  const file = printable(name.path);
  if (extension.size !== undefined && extension.size !== header.size) {
    throw new Defect('SLP702', 'an extended header gives another size', file);
  }
  const isFolder = header.type === '5' || (header.type === '\0' && name.folder);
  const isFile = (header.type === '0' || header.type === '\0') && !name.folder;
  if (!isFile && header.size !== 0) throw new Defect('SLP702', 'not a file, but holds data', file);
  const special = isFile || isFolder ? renamed(header, extension) : kindOf(header.type);
  return { name: { path: name.path, folder: isFolder }, size: header.size, special, content };
}

function renamed({ name = '' }: TarHeader, extension: Extension): string | undefined {
  return renames(name, extension) ? `called ${printable(name)} by its plain header` : undefined;
}

function kindOf(type: string): string {
  return specialTypes[type] ?? `type ${printable(JSON.stringify(type))}`;
}

async function readExtension(
  stream: ByteStream,
  header: TarHeader,
  before: Extension | undefined,
): Promise<Extension | undefined> {
  if (header.size > tarExtensionBytesMax) throw new Defect('SLP702', 'an extended header that is too large');
  if (before !== undefined) throw new Defect('SLP702', 'two extended headers for one member');
  const bytes = await readExactly(stream, paddedBytes(header.size));
  if (bytes === undefined) throw new Defect('SLP710', 'the tar is cut short');
  const records = bytes.subarray(0, header.size);
  if (header.type === 'L') return readLongName(records);
  if (header.type === 'x') return readPaxRecords(records);
  checkGlobalRecords(records);
  return undefined;
}

/** A member's bytes, then nothing; its padding is skipped with it. */
class MemberContent implements ByteStream {
  readonly #stream: ByteStream;
  readonly #paddingBytes: number;
  #left: number;

  constructor(stream: ByteStream, size: number) {
    this.#stream = stream;
    this.#left = size;
    this.#paddingBytes = paddedBytes(size) - size;
  }

  async next(max: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#left === 0) return new Uint8Array(0);
    const bytes = await this.#stream.next(Math.min(max, this.#left));
    if (bytes.length === 0) throw new Defect('SLP710', 'the tar is cut short');
    this.#left -= bytes.length;
    return bytes;
  }

  async skip(): Promise<void> {
    while (this.#left > 0) await this.next(this.#left);
    if ((await readExactly(this.#stream, this.#paddingBytes)) === undefined)
      throw new Defect('SLP710', 'the tar is cut short');
  }
}

async function readBlock(stream: ByteStream): Promise<Uint8Array | undefined> {
  return await readExactly(stream, tarBlockBytes);
}

/** Undefined when the stream ends before. */
async function readExactly(stream: ByteStream, length: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const more = await stream.next(length - filled);
    if (more.length === 0) return undefined;
    bytes.set(more, filled);
    filled += more.length;
  }
  return bytes;
}

/** After the first zero block only zeros may follow: a reader that goes on would find members that others don't see. */
async function expectZeros(stream: ByteStream): Promise<void> {
  let count = 0;
  for (;;) {
    const bytes = await stream.next(tarBlockBytes * 16);
    if (bytes.length === 0) return;
    count += bytes.length;
    if (!isZeroBlock(bytes)) throw new Defect('SLP710', 'more data behind the end of the tar');
    if (count > paddingBytesMax) throw new Defect('SLP705', 'the padding of the tar has no end');
  }
}
