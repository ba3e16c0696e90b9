// Reads extended tar headers (pax records, GNU long names). Accepts the harmless records that common writers add. Rejects records that
// give a member another size, another kind, or a name that simple readers don't see (SLP702).
import { decodeUtf8 } from '../reading/decoding.ts';
import { Defect } from '../reading/defect.ts';
import { tarBlockBytes } from './tar-header.ts';

export interface Extension {
  path?: string;
  size?: number;
}

/** Size of ustar's name field. A name that fits needs no extended header. */
const nameFieldBytes = 100;

const rejected = (what: string) => new Defect('SLP702', what);

/** Keys that don't change what a member is: times, owners, attributes, comments. */
const harmless =
  /^(?:[acm]time|[ug](?:id|name)|comment|charset|hdrcharset|LIBARCHIVE\..+|SCHILY\.(?:xattr\..+|acl\..+|dev|ino|nlink|fflags)|RHT\..+|MSWINDOWS\..+)$/;

/** Reads one `x` header. */
export function readPaxRecords(bytes: Uint8Array): Extension {
  const extension: Extension = {};
  for (const [key, value] of records(bytes)) {
    if (key === 'path' && extension.path === undefined && value !== '') extension.path = value;
    else if (key === 'size' && extension.size === undefined && /^\d{1,15}$/.test(value)) extension.size = Number(value);
    else if (!harmless.test(key)) throw rejected(`unsupported pax record \`${key.slice(0, 40)}\``);
    else if (key === 'hdrcharset' && value !== 'ISO-IR 10646 2000 UTF-8')
      throw rejected(`names encoded as ${value.slice(0, 40)}; use UTF-8`);
  }
  return extension;
}

/** Checks a `g` header, which applies to all members that follow. Only comments are allowed (Git writes the commit there). */
export function checkGlobalRecords(bytes: Uint8Array): void {
  const { path, size } = readPaxRecords(bytes);
  if (path !== undefined || size !== undefined) throw rejected('a global pax header sets a path or size');
}

/** Reads a GNU `L` header: the name, padded with NULs. */
export function readLongName(bytes: Uint8Array): Extension {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const path = decodeUtf8(bytes.subarray(0, end));
  if (path === undefined) throw new Defect('SLP701', 'the name is not UTF-8');
  return { path };
}

/** Returns whether the extension renames a member whose name fits its plain header. Readers would then disagree about the name. */
export function renames(plain: string | undefined, { path }: Extension): boolean {
  if (path === undefined || path === plain) return false;
  return path.length < nameFieldBytes && !/[^\x20-\x7e]/.test(path);
}

function* records(bytes: Uint8Array): Generator<[string, string]> {
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(
      /^[1-9]\d{0,6}$/.exec(String.fromCharCode(...bytes.subarray(at, Math.min(space, at + 8))))?.[0],
    );
    const record = decodeUtf8(bytes.subarray(space + 1, at + length));
    const equals = record?.indexOf('=') ?? -1;
    const isWhole = space > at && at + length <= bytes.length && length > space - at;
    if (!isWhole || record === undefined || equals <= 0 || !record.endsWith('\n'))
      throw rejected('unreadable pax header');
    yield [record.slice(0, equals), record.slice(equals + 1, -1)];
    at += length;
  }
}

export function paddedBytes(size: number): number {
  return Math.ceil(size / tarBlockBytes) * tarBlockBytes;
}
