// The secrets that webhooks are signed with: shown once, kept encrypted with a key that the database doesn't hold.
import { fromBase64, seal, sealingKey, toBase64, unseal } from '../../core/sealing.ts';

/** Who opens and closes them; the endpoint's id goes into the encryption, so that a secret can't be moved to another row. */
export interface Vault {
  webhookKey: string;
}

const prefix = 'whsec_';
const secretBytes = 32;

/** `whsec_` and 32 random bytes in base64 (Standard Webhooks: 24 to 64). */
export function newSecret(): string {
  return prefix + toBase64(crypto.getRandomValues(new Uint8Array(secretBytes)));
}

/** The bytes to sign with. */
export function secretBytesOf(secret: string): Uint8Array<ArrayBuffer> {
  return fromBase64(secret.slice(prefix.length));
}

export async function sealSecret({ webhookKey }: Vault, endpointId: string, secret: string): Promise<string> {
  return seal(await sealingKey(webhookKey), endpointId, secret);
}

/** Throws when it was sealed with another key, for another endpoint, or changed since. */
export async function openSecret({ webhookKey }: Vault, endpointId: string, sealed: string): Promise<string> {
  return unseal(await sealingKey(webhookKey), endpointId, sealed);
}
