// Encrypts secrets stored in the database with AES-256-GCM: base64 of the nonce, then the ciphertext with its tag. The context is
// authenticated, so a sealed value can't be moved elsewhere.
const nonceBytes = 12;
const encoder = new TextEncoder();

export type SealingKey = CryptoKey;

/** Derives the key from a secret used for nothing else. */
export async function sealingKey(secret: string): Promise<SealingKey> {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(secret));
  return crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** Derives the key from two secrets. Neither is sufficient alone (HKDF, RFC 5869). */
export async function sealingKeyFromTwo(secret: string, other: string): Promise<SealingKey> {
  const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, ['deriveKey']);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(other) };
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

export async function seal(key: SealingKey, context: string, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: encoder.encode(context) };
  const sealed = await crypto.subtle.encrypt(algorithm, key, encoder.encode(text));
  const whole = new Uint8Array(nonceBytes + sealed.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(sealed), nonceBytes);
  return toBase64(whole);
}

/** Throws if the value was sealed with another key or context, or was modified. */
export async function unseal(key: SealingKey, context: string, sealed: string): Promise<string> {
  const whole = fromBase64(sealed);
  const algorithm = { name: 'AES-GCM', iv: whole.slice(0, nonceBytes), additionalData: encoder.encode(context) };
  return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, whole.slice(nonceBytes)));
}

const chunkBytes = 32_768;

/** Works in chunks, because a call's number of arguments is limited. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += chunkBytes)
    text += String.fromCharCode(...bytes.subarray(from, from + chunkBytes));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
