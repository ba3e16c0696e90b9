// Creates, encrypts and decrypts webhook signing secrets. A secret is shown once and stored encrypted; the encryption key is outside
// the database.
import { fromBase64, seal, sealingKey, toBase64, unseal } from '../core/sealing.ts';
import type { Deps } from '../deps.ts';

/** The key that encrypts secrets. The endpoint's ID is authenticated too, so that a secret can't be moved to another row. */
export interface Vault {
  dataKey: string;
}

const prefix = 'whsec_';
const secretBytes = 32;

/** Returns `whsec_` and 32 random bytes in base64. Standard Webhooks allows 24 to 64 bytes. */
export function newSecret(): string {
  return prefix + toBase64(crypto.getRandomValues(new Uint8Array(secretBytes)));
}

/** Returns the bytes to sign with. */
export function decodeWebhookSecret(secret: string): Uint8Array<ArrayBuffer> {
  return fromBase64(secret.slice(prefix.length));
}

export async function sealSecret({ dataKey }: Vault, endpointId: string, secret: string): Promise<string> {
  return seal(await sealingKey(dataKey), endpointId, secret);
}

/** Throws if the secret was encrypted with another key, encrypted for another endpoint, or changed. */
export async function openSecret({ dataKey }: Vault, endpointId: string, sealed: string): Promise<string> {
  return unseal(await sealingKey(dataKey), endpointId, sealed);
}

interface SigningSecrets {
  id: string;
  secret: string;
  previousSecret: string | null;
  previousUntil: number | null;
}

/** Decrypts the valid secrets. Logs and skips secrets that were encrypted with another operator key. */
export async function validSecrets(
  deps: Pick<Deps, 'dataKey' | 'clock' | 'log'>,
  { id, previousSecret, previousUntil, secret }: SigningSecrets,
): Promise<string[]> {
  const both = previousSecret !== null && (previousUntil ?? 0) > deps.clock.now() ? [secret, previousSecret] : [secret];
  const opened = await Promise.allSettled(both.map((sealed) => openSecret(deps, id, sealed)));
  return opened.flatMap((one) => {
    if (one.status === 'fulfilled') return [one.value];
    deps.log.error('webhook.secret_not_opened', { endpoint: id, cause: one.reason });
    return [];
  });
}
