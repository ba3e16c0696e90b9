// Defines what Slipway signs about a version: in-toto statements in DSSE envelopes, and the public keys that verify them.
import { z } from 'zod';

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

/** Name of the file with an installation's public keys, below `/.well-known/slipway/`. */
export const keysFile = 'keys.json';

export const signingKeyStates = ['current', 'retired', 'revoked'] as const;

/** A public key. What a retired key signed stays valid; a revoked one is trusted for what it signed before its revocation. */
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
export const publicKeysSchema = z.object({ keys: z.array(publicKeySchema) });
export type PublicKeys = z.infer<typeof publicKeysSchema>;
