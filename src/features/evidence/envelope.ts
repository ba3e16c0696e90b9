// Signs statements as DSSE envelopes. WebCrypto's signatures are two numbers of 32 bytes; verifiers expect them in DER.
import { type Envelope, payloadType, type Statement, signedBytes } from '../../contract/features/evidence/evidence.ts';
import { fromBase64, toBase64 } from '../../core/sealing.ts';
import type { Signer } from './signing-keys.ts';

const encoder = new TextEncoder();

export function signStatement(signer: Signer, statement: Statement): Promise<Envelope> {
  return signPayload(signer, encoder.encode(JSON.stringify(statement)));
}

/** Signs an envelope's statement with another key. */
export function signAgain(signer: Signer, { payload }: Envelope): Promise<Envelope> {
  return signPayload(signer, fromBase64(payload));
}

async function signPayload({ keyid, privateKey }: Signer, payload: Uint8Array): Promise<Envelope> {
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(algorithm, privateKey, signedBytes(payloadType, payload));
  const sig = toBase64(derSignature(new Uint8Array(signature)));
  return { payloadType, payload: toBase64(payload), signatures: [{ keyid, sig }] };
}

const half = 32;

/** Converts a signature to DER: SEQUENCE { INTEGER r, INTEGER s } (RFC 3279 §2.2.3). */
export function derSignature(raw: Uint8Array): Uint8Array {
  const numbers = [...derInteger(raw.subarray(0, half)), ...derInteger(raw.subarray(half))];
  return Uint8Array.of(0x30, numbers.length, ...numbers);
}

/** Removes leading zeros, and adds one where the number would be negative. */
function derInteger(bytes: Uint8Array): number[] {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? [0] : [...bytes.subarray(first)];
  const signed = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
  return [0x02, signed.length, ...signed];
}
