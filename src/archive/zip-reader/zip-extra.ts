// Checks the extra fields of a zip entry (APPNOTE 4.5) that readers could interpret differently: zip64 sizes and Unicode paths.
import { crc32 } from '../compression/crc32.ts';
import { view } from '../reading/decoding.ts';
import { Defect } from '../reading/defect.ts';
import { extraIds, readNumber } from '../zip/zip-format.ts';

export interface ZipSizes {
  size: number;
  compressedSize: number;
  /** Set only for central headers. */
  headerOffset?: number;
}

const unknown32 = 0xffffffff;

/** Returns the fields by ID. Rejects truncated and repeated fields (SLP704). Ignores a few padding zeros. */
export function extraFields(extra: Uint8Array, file: string): Map<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  const data = view(extra);
  let at = 0;
  while (at + 4 <= extra.length) {
    const id = data.getUint16(at, true);
    const end = at + 4 + data.getUint16(at + 2, true);
    if (end > extra.length) throw new Defect('SLP704', 'an extra field is truncated', file);
    const isKnown = id === extraIds.zip64 || id === extraIds.unicodePath;
    if (isKnown && fields.has(id)) throw new Defect('SLP704', 'an extra field is repeated', file);
    fields.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  if (extra.subarray(at).some((byte) => byte !== 0)) throw new Defect('SLP704', 'an extra field is truncated', file);
  return fields;
}

/** Takes sizes missing from the header from the zip64 field. Sizes present in both must agree (SLP706). */
export function zip64Sizes(sizes: ZipSizes, field: Uint8Array | undefined, file: string): ZipSizes {
  const needed = Object.values(sizes).filter((value) => value === unknown32).length;
  if (field === undefined) {
    if (needed > 0) throw new Defect('SLP706', 'zip64 sizes are missing', file);
    return sizes;
  }
  const data = view(field);
  const resolved = { ...sizes };
  let at = 0;
  const all = needed === 0;
  for (const key of ['size', 'compressedSize', 'headerOffset'] as const) {
    const value = sizes[key];
    if (value === undefined || !(all || value === unknown32)) continue;
    if (at + 8 > field.length) {
      if (all) break;
      throw new Defect('SLP706', 'zip64 sizes are missing', file);
    }
    const wide = readNumber(data, at);
    at += 8;
    if (all && wide !== value) throw new Defect('SLP706', 'zip64 sizes disagree with the header', file);
    resolved[key] = wide;
  }
  return resolved;
}

/** Checks that the Info-ZIP Unicode path (0x7075) equals one decoding of the header's name (SLP704). */
export function checkUnicodePath(
  field: Uint8Array | undefined,
  rawName: Uint8Array,
  readings: readonly string[],
  file: string,
): void {
  if (field === undefined) return;
  const named = field.length >= 5 ? new TextDecoder().decode(field.subarray(5)) : undefined;
  const agrees =
    named !== undefined &&
    field[0] === 1 &&
    view(field).getUint32(1, true) === crc32(rawName) &&
    readings.includes(named);
  if (!agrees) throw new Defect('SLP704', 'its Unicode path field has a different name', file);
}
