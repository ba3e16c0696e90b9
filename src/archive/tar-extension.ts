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

const trick = (what: string, file = '') => new Defect('SLP702', what, file);

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
  const text = decodeUtf8(bytes)?.replace(/\0+$/, '');
  if (text === undefined) throw new Defect('SLP701', 'a name that is not UTF-8');
  return { path: text };
}

/** The name that counts. A header that renames a member whose name would have fit shows two readers two names. */
export function nameOf(plain: string | undefined, extension: Extension, file: string): string {
  const { path } = extension;
  if (path === undefined) {
    if (plain === undefined) throw new Defect('SLP701', 'a name that is not UTF-8');
    return plain;
  }
  const isNeeded = [...path].some((character) => character > '\x7f') || path.length >= nameFieldBytes;
  if (!isNeeded && path !== plain) throw trick('an extended header gives another name', file);
  return path;
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
