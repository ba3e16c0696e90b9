// AES-256-GCM for what the database may hold but not read: the nonce, then the ciphertext with its tag, in base64. The context
// goes into the encryption, so that what was sealed for one place can't be moved to another.
const nonceBytes = 12;
const encoder = new TextEncoder();

export type SealingKey = CryptoKey;

/** For a secret of one purpose. */
export async function sealingKey(secret: string): Promise<SealingKey> {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(secret));
  return crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** From two secrets, neither of which opens it alone (HKDF, RFC 5869). */
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

/** Throws when it was sealed with another key, for another context, or changed since. */
export async function unseal(key: SealingKey, context: string, sealed: string): Promise<string> {
  const whole = fromBase64(sealed);
  const algorithm = { name: 'AES-GCM', iv: whole.slice(0, nonceBytes), additionalData: encoder.encode(context) };
  return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, whole.slice(nonceBytes)));
}

const pieceBytes = 32_768;

/** In pieces: an argument list has its limit. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += pieceBytes)
    text += String.fromCharCode(...bytes.subarray(from, from + pieceBytes));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
