// Writes tars header by header, valid or deliberately invalid, and compresses them with gzip.
import { gzipSync } from 'fflate';
import { bytesOf, joined } from '../bytes.ts';

export interface TarMemberSpec {
  name: string | Uint8Array;
  data?: string | Uint8Array;
  /** The type in the header. The default is a file. */
  type?: string;
  /** The size in the header. The default is the length of the data. */
  size?: number | string;
  prefix?: string;
  magic?: string;
  link?: string;
  mode?: number;
  checksum?: number;
}

const blockBytes = 512;

export function writeTarGz(
  members: readonly TarMemberSpec[],
  end: Uint8Array = new Uint8Array(2 * blockBytes),
): Uint8Array<ArrayBuffer> {
  return gzip(writeTar(members, end));
}

export function gzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([gzipSync(bytes, { mtime: 0 })]);
}

export function writeTar(
  members: readonly TarMemberSpec[],
  end: Uint8Array = new Uint8Array(2 * blockBytes),
): Uint8Array<ArrayBuffer> {
  return joined([...members.flatMap((member) => [tarHeader(member), padded(bytesOf(member.data ?? ''))]), end]);
}

/** Returns an extended header with these records. Type `x` applies to the next member, and `g` to all that follow. */
export function pax(records: Record<string, string>, type: 'x' | 'g' = 'x'): TarMemberSpec {
  return { name: 'PaxHeaders/x', type, data: Object.entries(records).map(paxRecord).join('') };
}

/** Returns a GNU header for a long name. */
export function longName(name: string): TarMemberSpec {
  return { name: '././@LongLink', type: 'L', data: `${name}\0`, magic: 'ustar  \0' };
}

function paxRecord([key, value]: [string, string]): string {
  const body = ` ${key}=${value}\n`;
  const bytes = bytesOf(body).length;
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${body}`;
}

export function tarHeader(member: TarMemberSpec): Uint8Array {
  const header = new Uint8Array(blockBytes);
  const put = (offset: number, value: string | Uint8Array) => header.set(bytesOf(value), offset);
  const size = member.size ?? bytesOf(member.data ?? '').length;
  put(0, bytesOf(member.name).subarray(0, 100));
  put(100, octal(member.mode ?? 0o644, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, typeof size === 'string' ? size : octal(size, 12));
  put(136, octal(0, 12));
  put(148, '        ');
  put(156, member.type ?? '0');
  put(157, member.link ?? '');
  put(257, member.magic ?? 'ustar\x0000');
  put(345, member.prefix ?? '');
  put(148, octal(member.checksum ?? header.reduce((sum, byte) => sum + byte, 0), 8));
  return header;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

function padded(bytes: Uint8Array): Uint8Array {
  return joined([bytes, new Uint8Array(Math.ceil(bytes.length / blockBytes) * blockBytes - bytes.length)]);
}
