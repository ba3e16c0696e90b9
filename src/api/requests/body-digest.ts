// Computes a request body's digest for Idempotency-Keys. Omits multipart boundaries, because clients resend the same form with a new
// boundary.
import { apiLimits } from '../../contract/limits/requests.ts';
import { hex } from '../../core/digest.ts';

const encoder = new TextEncoder();
const carriageReturn = 13;

/** Doesn't copy any of the body, which may be a large form. */
export async function bodyDigest(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<string> {
  const found = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  const pieces = boundary === undefined ? [bytes] : between(bytes, encoder.encode(`\r\n--${boundary}`));
  const digest = new crypto.DigestStream('SHA-256');
  const writer = digest.getWriter();
  for (const piece of pieces) await writer.write(piece);
  await writer.close();
  return hex(new Uint8Array(await digest.digest));
}

/**
 * Yields the parts of the body between the delimiters; after very many, yields the remaining bytes unchanged. A delimiter has a
 * carriage return only at its start, so no byte is compared twice, whatever the boundary.
 */
function* between(bytes: Uint8Array<ArrayBuffer>, delimiter: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const lineEnd = 2;
  const first = delimiter.subarray(lineEnd);
  let from = startsAt(bytes, 0, first) ? first.length : 0;
  let parts = 0;
  let at = bytes.indexOf(carriageReturn, from);
  while (at !== -1 && parts < apiLimits.formPartsMax) {
    if (startsAt(bytes, at, delimiter)) {
      yield bytes.subarray(from, at + lineEnd);
      from = at + delimiter.length;
      parts += 1;
    }
    at = bytes.indexOf(carriageReturn, Math.max(at + 1, from));
  }
  yield bytes.subarray(from);
}

function startsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i += 1) if (bytes[at + i] !== expected[i]) return false;
  return true;
}
