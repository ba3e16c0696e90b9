// Computes a digest of a request body for Idempotency-Keys. Multipart boundaries are left out: every client sends the same form with
// a new boundary.
import { sha256Hex } from '../../core/digest.ts';

const encoder = new TextEncoder();

export async function bodyDigest(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<string> {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const delimiter = boundary?.[1] ?? boundary?.[2];
  return sha256Hex(delimiter === undefined ? bytes : without(bytes, encoder.encode(`--${delimiter}`)));
}

function without(bytes: Uint8Array<ArrayBuffer>, delimiter: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = new Uint8Array(bytes.length);
  const dash = delimiter[0] ?? 0;
  let length = 0;
  let from = 0;
  const copyUntil = (to: number) => {
    rest.set(bytes.subarray(from, to), length);
    length += to - from;
  };
  for (let at = bytes.indexOf(dash); at !== -1; at = bytes.indexOf(dash, Math.max(at + 1, from))) {
    if (!startsAt(bytes, at, delimiter)) continue;
    copyUntil(at);
    from = at + delimiter.length;
  }
  copyUntil(bytes.length);
  return rest.subarray(0, length);
}

function startsAt(bytes: Uint8Array, at: number, delimiter: Uint8Array): boolean {
  for (let i = 0; i < delimiter.length; i += 1) if (bytes[at + i] !== delimiter[i]) return false;
  return true;
}
