// Extended tar headers (pax records, GNU long names): the harmless ones that everyday writers add are understood, and
// whatever gives a member another size, another kind or a name that plain readers don't see is a trick (SLP702).
import { Defect } from './defect.ts';
import { decodeUtf8 } from './name-encoding.ts';
import { tarBlockBytes } from './tar-header.ts';

export interface Extension {
  path?: string;
  size?: number;
}

/** ustar's name field: a name that fits it has no need of an extended header. */
const nameFieldBytes = 100;

const trick = (what: string) => new Defect('SLP702', what);

/** Keys that say nothing on what a member is: times, owners, attributes, remarks. */
const harmless =
  /^(?:[acm]time|[ug](?:id|name)|comment|charset|hdrcharset|LIBARCHIVE\..+|SCHILY\.(?:xattr\..+|acl\..+|dev|ino|nlink|fflags)|RHT\..+|MSWINDOWS\..+)$/;

/** One `x` header. */
export function readPaxRecords(bytes: Uint8Array): Extension {
  const extension: Extension = {};
  for (const [key, value] of records(bytes)) {
    if (key === 'path' && extension.path === undefined && value !== '') extension.path = value;
    else if (key === 'size' && extension.size === undefined && /^\d{1,15}$/.test(value)) extension.size = Number(value);
    else if (!harmless.test(key)) throw trick(`pax record \`${key.slice(0, 40)}\``);
    else if (key === 'hdrcharset' && value !== 'ISO-IR 10646 2000 UTF-8') throw trick(`names in ${value.slice(0, 40)}`);
  }
  return extension;
}

/** A `g` header holds for all that follows: only remarks may (git writes the commit there). */
export function checkGlobalRecords(bytes: Uint8Array): void {
  const { path, size } = readPaxRecords(bytes);
  if (path !== undefined || size !== undefined) throw trick('a global pax header that names files');
}

/** A GNU `L` header: the name, ended by NULs. */
export function readLongName(bytes: Uint8Array): Extension {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const path = decodeUtf8(bytes.subarray(0, end));
  if (path === undefined) throw new Defect('SLP701', 'a name that is not UTF-8');
  return { path };
}

/** A header that renames a member whose name would have fit its own header: two readers see two names. */
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
      throw trick('a pax header that cannot be read');
    yield [record.slice(0, equals), record.slice(equals + 1, -1)];
    at += length;
  }
}

export function paddedBytes(size: number): number {
  return Math.ceil(size / tarBlockBytes) * tarBlockBytes;
}
