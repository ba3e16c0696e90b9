// What a request's body says, as a digest: the same form sent twice is the same, though each sending divides it by another boundary.
import { sha256Hex } from '../core/digest.ts';

const encoder = new TextEncoder();

export async function bodyDigest(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<string> {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const divider = boundary?.[1] ?? boundary?.[2];
  return sha256Hex(divider === undefined ? bytes : without(bytes, encoder.encode(`--${divider}`)));
}

function without(bytes: Uint8Array<ArrayBuffer>, divider: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept = new Uint8Array(bytes.length);
  const dash = divider[0] ?? 0;
  let length = 0;
  let from = 0;
  const keep = (to: number) => {
    kept.set(bytes.subarray(from, to), length);
    length += to - from;
  };
  for (let at = bytes.indexOf(dash); at !== -1; at = bytes.indexOf(dash, Math.max(at + 1, from))) {
    if (!startsAt(bytes, at, divider)) continue;
    keep(at);
    from = at + divider.length;
  }
  keep(bytes.length);
  return kept.subarray(0, length);
}

function startsAt(bytes: Uint8Array, at: number, divider: Uint8Array): boolean {
  for (let i = 0; i < divider.length; i += 1) if (bytes[at + i] !== divider[i]) return false;
  return true;
}
