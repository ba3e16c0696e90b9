// Defines what Slipway signs about a version: in-toto statements in DSSE envelopes, and the public keys that verify them.
import { z } from 'zod';
import { sha256Text } from '../../digests.ts';
import { jsonObject } from '../../json.ts';

/**
 * `provenance`: from what the version was made (SLSA Provenance v1). `verdict`: what the scan policy said, and who approved it. `lock`: its
 * Python packages, which are resolved on its first deployment (D50).
 */
export const evidenceTypes = ['provenance', 'verdict', 'lock'] as const;
export type EvidenceType = (typeof evidenceTypes)[number];

export const statementType = 'https://in-toto.io/Statement/v1';
export const payloadType = 'application/vnd.in-toto+json';

/** URIs that identify the format of a statement's predicate. They are names, not pages. */
export const predicateTypes = {
  provenance: 'https://slsa.dev/provenance/v1',
  verdict: 'https://slipway.dev/verdict/v1',
  lock: 'https://slipway.dev/lock/v1',
} as const satisfies Record<EvidenceType, string>;

const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

/** A DSSE envelope (github.com/secure-systems-lab/dsse). Its signature is ECDSA P-256 with SHA-256, in DER. */
export const envelopeSchema = z.object({
  payloadType: z.literal(payloadType),
  payload: base64,
  signatures: z.array(z.object({ keyid: z.string(), sig: base64 })).min(1),
});
export type Envelope = z.infer<typeof envelopeSchema>;

const encoder = new TextEncoder();

/** Returns the bytes that a DSSE signature covers: the pre-authentication encoding of the payload and its type. */
export function signedBytes(type: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(`DSSEv1 ${encoder.encode(type).length} ${type} ${payload.length} `);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** An in-toto statement. Its predicate depends on its type. */
export const statementSchema = z.object({
  _type: z.literal(statementType),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: sha256Text }) })).min(1),
  predicateType: z.enum(Object.values(predicateTypes)),
  predicate: jsonObject,
});
export type Statement = z.infer<typeof statementSchema>;

export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** A Sigstore bundle (github.com/sigstore/protobuf-specs), which refers to its key by `hint`. */
export const bundleSchema = z.object({
  mediaType: z.literal(bundleType),
  verificationMaterial: z.object({ publicKey: z.object({ hint: z.string() }) }),
  dsseEnvelope: envelopeSchema,
});
export type Bundle = z.infer<typeof bundleSchema>;

/**
 * Returns the envelope as a Sigstore bundle. Only `hint` names the key: cosign compares a signature's `keyid` with its own kind of digest,
 * and refuses ours.
 */
export function toBundle(envelope: Envelope): Bundle {
  return {
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint: envelope.signatures[0]?.keyid ?? '' } },
    dsseEnvelope: { ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ keyid: '', sig })) },
  };
}

/** Name of the file with an installation's public keys, below `/.well-known/slipway/`. */
export const keysFile = 'keys.json';

export const signingKeyStates = ['current', 'retired', 'revoked'] as const;

/**
 * A public key. What a retired key signed stays valid. A signature by a revoked key proves nothing, since a thief can put any time into a
 * statement. Slipway signs what such a key signed again, with the current key, whenever it serves it.
 */
export const publicKeySchema = z.object({
  /** SHA-256 of the key's DER form (SubjectPublicKeyInfo), in hex. */
  keyid: z.string(),
  algorithm: z.literal('ecdsa-p256-sha256'),
  /** SubjectPublicKeyInfo. */
  pem: z.string(),
  state: z.enum(signingKeyStates),
  created_at: z.iso.datetime(),
  retired_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
});
export type PublicKey = z.infer<typeof publicKeySchema>;
export const publicKeysSchema = z.object({ keys: z.array(publicKeySchema) });
export type PublicKeys = z.infer<typeof publicKeysSchema>;
