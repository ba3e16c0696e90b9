// Reads a token before anything about it is known: what can't count for any issuer is refused without the database and without a signature.
import { base64url, decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { idTokenLimits, issuerLimits } from '../../../contract/features/identity/limits.ts';
import { sha256Hex } from '../../../core/digest.ts';
import { TokenRefused } from './token-refused.ts';

/** Without symmetric algorithms, since an issuer's public key would then be a secret that everyone knows. */
export const algorithms = ['RS256', 'ES256', 'EdDSA'];

const payloadModel = z.object({
  iss: z.string().max(issuerLimits.urlCharsMax),
  sub: z.string().nullable().catch(null),
  aud: z.unknown().optional(),
  exp: z.unknown().optional(),
});

export type Unverified = z.infer<typeof payloadModel> & { kid: string | undefined };

/** Returns what the token says. Nothing is decided by it. Throws a TokenRefused if the token isn't a signed one. */
export function readUnverified(token: string): Unverified {
  if (token.length > idTokenLimits.charsMax)
    throw new TokenRefused(`it has more than ${idTokenLimits.charsMax} characters`);
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every(isCanonical)) throw new TokenRefused('it is not a signed JSON web token');
  const { alg, ...unverified } = decode(token);
  if (alg === undefined || !algorithms.includes(alg))
    throw new TokenRefused(`its algorithm must be one of ${algorithms.join(', ')}`);
  return unverified;
}

/** Throws a TokenRefused if no issuer can make the token count, at this server or any more. */
export function requirePossible({ aud, exp }: Unverified, audience: string, nowMs: number): void {
  if (![aud].flat().includes(audience)) throw new TokenRefused(`its claim \`aud\` must be \`${audience}\``, 'aud');
  if (typeof exp === 'number' && (exp + idTokenLimits.skewSeconds) * 1000 <= nowMs)
    throw new TokenRefused('it has expired', 'exp');
}

/** Digest of what the issuer signed. A signature can be spelled in several ways, and some have several valid values. */
export function signedDigest(token: string): Promise<string> {
  return sha256Hex(token.slice(0, token.lastIndexOf('.')));
}

/** The last character of base64url can have unused bits, so several texts stand for the same bytes. */
function isCanonical(part: string): boolean {
  try {
    return part !== '' && base64url.encode(base64url.decode(part)) === part;
  } catch {
    return false;
  }
}

function decode(token: string): Unverified & { alg: string | undefined } {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return { alg, kid, ...payloadModel.parse(decodeJwt(token)) };
  } catch {
    throw new TokenRefused('it is not a signed JSON web token');
  }
}
