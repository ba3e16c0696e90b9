// Reads a GitHub App's private key, in GitHub's format (PKCS #1) or as converted by OpenSSL (PKCS #8), and signs with it.
import { fromBase64, toBase64 } from '../../core/sealing.ts';

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/** The prefix that PKCS #8 adds to a PKCS #1 key: `INTEGER 0`, and the algorithm `rsaEncryption` without parameters. */
const versionAndAlgorithm = [
  0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
const sequence = 0x30;
const octetString = 0x04;

/** Returns undefined if the text isn't a private RSA key in PEM. */
export async function readAppKey(pem: string): Promise<CryptoKey | undefined> {
  const [, kind, body = ''] =
    /-----BEGIN (RSA )?PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END \1?PRIVATE KEY-----/.exec(pem) ?? [];
  try {
    const der = fromBase64(body.replaceAll(/\s/g, ''));
    const wrapped = kind === undefined ? der : asPkcs8(der);
    return await crypto.subtle.importKey('pkcs8', wrapped, algorithm, false, ['sign']);
  } catch {
    return undefined;
  }
}

/** Returns a JSON web token with these claims (RFC 7519), signed with RS256. */
export async function signedToken(key: CryptoKey, claims: Record<string, unknown>): Promise<string> {
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => base64url(encode(JSON.stringify(part)))).join('.');
  const signature = await crypto.subtle.sign(algorithm.name, key, encode(text));
  return `${text}.${base64url(new Uint8Array(signature))}`;
}

function asPkcs8(key: Uint8Array): Uint8Array<ArrayBuffer> {
  return element(sequence, [...versionAndAlgorithm, ...element(octetString, key)]);
}

/** Encodes a DER element: tag, length and content. */
function element(tag: number, content: Iterable<number>): Uint8Array<ArrayBuffer> {
  const bytes = [...content];
  const { length } = bytes;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return new Uint8Array([tag, ...(length < 0x80 ? [length] : long), ...bytes]);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

function base64url(bytes: Uint8Array): string {
  return toBase64(bytes)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/={1,2}$/, '');
}
