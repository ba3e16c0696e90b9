// Generates secrets for API keys and browser sessions: 256 random bits, shown once and stored as SHA-256.
import { sha256Hex } from '../core/digest.ts';

export interface KeySecret {
  secret: string;
  /** Identifies the secret when it is sent. */
  hash: string;
  /** The secret's first characters, for display. */
  prefix: string;
}

export async function newKeySecret(): Promise<KeySecret> {
  const { secret, hash } = await newSecret('sk_');
  return { secret, hash, prefix: secret.slice(0, 10) };
}

/** Generates a secret. The prefix shows what it is for. */
export async function newSecret(prefix: string): Promise<Omit<KeySecret, 'prefix'>> {
  const secret = `${prefix}${base62(crypto.getRandomValues(new Uint8Array(32)))}`;
  return { secret, hash: await sha256Hex(secret) };
}

const base62Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base62(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (; value > 0n; value /= 62n) text = (base62Alphabet[Number(value % 62n)] ?? '') + text;
  return text.padStart(43, '0');
}
