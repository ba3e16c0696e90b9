// Reads tar members from a stream. No library is used because this reader must reject what libraries tolerate. modern-tar, for example,
// applies extended headers before it returns a member (hiding a second name, size or sparse map), treats unknown member types as files,
// and ignores link content.
import { listedMax, tarExtensionBytesMax, unpackedBytesMax } from '../../contract/limits/archives.ts';
import { Defect } from '../reading/defect.ts';
import type { ByteStream } from '../reading/sequential-reader.ts';
import { type EntryName, entryName, printable } from '../rules/paths.ts';
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
  /** The member's kind, unless it's a plain file or folder. */
  rejectedKind: string | undefined;
  /** The member's bytes. Unread ones are skipped. */
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

/** Throws a Defect where reading cannot continue: not a tar (SLP710), a rejected header (SLP702), a limit (SLP705). */
export async function* tarMembers(stream: ByteStream): AsyncGenerator<TarMember> {
  let extension: Extension | undefined;
  let unpacked = 0;
  for (let headers = 0; ; headers++) {
    const block = await readBlock(stream);
    if (block === undefined)
      throw new Defect('SLP710', headers === 0 ? 'the gzip data is not a tar' : 'the tar is truncated');
    if (isZeroBlock(block)) break;
    const header = readTarHeader(block);
    if (header === undefined)
      throw new Defect('SLP710', headers === 0 ? 'the gzip data is not a tar' : 'a tar header is corrupt');
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
  if (extension !== undefined) throw new Defect('SLP702', 'an extended header is not followed by a member');
  await expectZeros(stream);
}

function member(header: TarHeader, extension: Extension, content: ByteStream): TarMember {
  const raw = extension.path ?? header.name;
  if (raw === undefined) throw new Defect('SLP701', 'the name is not UTF-8');
  const name = entryName(raw);
  const file = printable(name.path);
  if (extension.size !== undefined && extension.size !== header.size) {
    throw new Defect('SLP702', 'an extended header sets another size', file);
  }
  const isFolder = header.type === '5' || (header.type === '\0' && name.folder);
  const isFile = (header.type === '0' || header.type === '\0') && !name.folder;
  if (!isFile && header.size !== 0) throw new Defect('SLP702', 'not a file, but contains data', file);
  const special = isFile || isFolder ? renamed(header, extension) : kindOf(header.type);
  return { name: { path: name.path, folder: isFolder }, size: header.size, rejectedKind: special, content };
}

function renamed({ name = '' }: TarHeader, extension: Extension): string | undefined {
  return renames(name, extension) ? `named ${printable(name)} in its plain header` : undefined;
}

function kindOf(type: string): string {
  return specialTypes[type] ?? `type ${printable(JSON.stringify(type))}`;
}

async function readExtension(
  stream: ByteStream,
  header: TarHeader,
  before: Extension | undefined,
): Promise<Extension | undefined> {
  if (header.size > tarExtensionBytesMax) throw new Defect('SLP702', 'an extended header is too large');
  if (before !== undefined) throw new Defect('SLP702', 'a member has two extended headers');
  const bytes = await readExactly(stream, paddedBytes(header.size));
  if (bytes === undefined) throw new Defect('SLP710', 'the tar is truncated');
  const records = bytes.subarray(0, header.size);
  if (header.type === 'L') return readLongName(records);
  if (header.type === 'x') return readPaxRecords(records);
  checkGlobalRecords(records);
  return undefined;
}

/** Streams a member's bytes, and can skip to its end, including the padding. */
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
    if (bytes.length === 0) throw new Defect('SLP710', 'the tar is truncated');
    this.#left -= bytes.length;
    return bytes;
  }

  async skip(): Promise<void> {
    while (this.#left > 0) await this.next(this.#left);
    if ((await readExactly(this.#stream, this.#paddingBytes)) === undefined)
      throw new Defect('SLP710', 'the tar is truncated');
  }
}

async function readBlock(stream: ByteStream): Promise<Uint8Array | undefined> {
  return await readExactly(stream, tarBlockBytes);
}

/** Returns undefined if the stream ends early. */
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

/** Only zeros may follow the first zero block. A reader that continued would find members that other readers don't see. */
async function expectZeros(stream: ByteStream): Promise<void> {
  let count = 0;
  for (;;) {
    const bytes = await stream.next(tarBlockBytes * 16);
    if (bytes.length === 0) return;
    count += bytes.length;
    if (!isZeroBlock(bytes)) throw new Defect('SLP710', 'data after the end of the tar');
    if (count > paddingBytesMax)
      throw new Defect('SLP705', `the padding of the tar is longer than ${paddingBytesMax} bytes`);
  }
}
