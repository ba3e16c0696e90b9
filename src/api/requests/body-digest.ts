// Computes a digest of a request body for Idempotency-Keys. Multipart boundaries are left out: every client sends the same form with
// a new boundary.
import { hex } from '../../core/digest.ts';

const encoder = new TextEncoder();

/** Copies nothing of the body, which may be a large form. */
export async function bodyDigest(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<string> {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const delimiter = boundary?.[1] ?? boundary?.[2];
  const pieces = delimiter === undefined ? [bytes] : between(bytes, encoder.encode(`--${delimiter}`));
  const digest = new crypto.DigestStream('SHA-256');
  const writer = digest.getWriter();
  for (const piece of pieces) await writer.write(piece);
  await writer.close();
  return hex(new Uint8Array(await digest.digest));
}

/** The parts of the body around the delimiters. */
function* between(bytes: Uint8Array<ArrayBuffer>, delimiter: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const dash = delimiter[0] ?? 0;
  let from = 0;
  for (let at = bytes.indexOf(dash); at !== -1; at = bytes.indexOf(dash, Math.max(at + 1, from))) {
    if (!startsAt(bytes, at, delimiter)) continue;
    yield bytes.subarray(from, at);
    from = at + delimiter.length;
  }
  yield bytes.subarray(from);
}

function startsAt(bytes: Uint8Array, at: number, delimiter: Uint8Array): boolean {
  for (let i = 0; i < delimiter.length; i += 1) if (bytes[at + i] !== delimiter[i]) return false;
  return true;
}
