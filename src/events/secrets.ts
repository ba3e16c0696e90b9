// The secrets that webhooks are signed with: shown once, kept encrypted with a key that the database doesn't hold.

/** Who opens and closes them; the endpoint's id goes into the encryption, so that a secret can't be moved to another row. */
export interface Vault {
  webhookKey: string;
}

const prefix = 'whsec_';
const secretBytes = 32;
const nonceBytes = 12;
const encoder = new TextEncoder();

/** `whsec_` and 32 random bytes in base64 (Standard Webhooks: 24 to 64). */
export function newSecret(): string {
  return prefix + toBase64(crypto.getRandomValues(new Uint8Array(secretBytes)));
}

/** The bytes to sign with. */
export function secretBytesOf(secret: string): Uint8Array<ArrayBuffer> {
  return fromBase64(secret.slice(prefix.length));
}

/** AES-256-GCM: the nonce, then the ciphertext with its tag, in base64. */
export async function sealSecret(vault: Vault, endpointId: string, secret: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: encoder.encode(endpointId) },
    await keyOf(vault),
    encoder.encode(secret),
  );
  const whole = new Uint8Array(nonceBytes + sealed.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(sealed), nonceBytes);
  return toBase64(whole);
}

/** Throws when it was sealed with another key, for another endpoint, or changed since. */
export async function openSecret(vault: Vault, endpointId: string, sealed: string): Promise<string> {
  const whole = fromBase64(sealed);
  const opened = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: whole.slice(0, nonceBytes), additionalData: encoder.encode(endpointId) },
    await keyOf(vault),
    whole.slice(nonceBytes),
  );
  return new TextDecoder().decode(opened);
}

async function keyOf({ webhookKey }: Vault): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(webhookKey));
  return crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
