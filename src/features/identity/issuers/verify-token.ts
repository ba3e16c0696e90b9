// Verifies ID tokens of CI jobs and people, with jose. The only place that decides whether a token's issuer vouched for it.
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { idTokenLimits } from '../../../contract/features/identity/limits.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { Issuer } from './discovery.ts';
import { findSigningKeys, type SigningKeyDeps } from './signing-keys.ts';
import { TokenRefused } from './token-refused.ts';
import { algorithms, readUnverified } from './token-shape.ts';

const claimsModel = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1).max(500),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  iat: z.number(),
  jti: z.string().min(1).max(500).optional(),
  nonce: z.string().optional(),
  azp: z.string().optional(),
});

export type Claims = z.infer<typeof claimsModel>;

export interface Expected {
  audience: string;
  /** The value sent with a person's sign-in. Undefined for CI. */
  nonce?: string;
}

/** Returns the token's claims. Throws a TokenRefused if this issuer's row doesn't vouch for them, now and for this audience. */
export async function verifyIdToken(
  deps: SigningKeyDeps,
  issuer: Issuer,
  token: string,
  { audience, nonce }: Expected,
): Promise<Claims> {
  const lifeSeconds = issuer.purpose === 'ci' ? idTokenLimits.jobSeconds : idTokenLimits.personSeconds;
  const keys = await findSigningKeys(deps, issuer, readUnverified(token).kid);
  const payload = await jwtVerify(token, keys, {
    issuer: issuer.url,
    audience,
    algorithms,
    clockTolerance: idTokenLimits.skewSeconds,
    maxTokenAge: lifeSeconds,
    requiredClaims: ['sub', 'exp', 'iat'],
    currentDate: new Date(deps.clock.now()),
  }).then(
    (verified): JWTPayload => verified.payload,
    (error: unknown) => {
      throw refusal(error, audience);
    },
  );
  const parsed = claimsModel.safeParse(payload);
  if (!parsed.success) {
    const claim = String(parsed.error.issues[0]?.path[0]);
    throw new TokenRefused(`its claim \`${claim}\` is not valid`, claim);
  }
  if (parsed.data.exp - parsed.data.iat > lifeSeconds)
    throw new TokenRefused(`it is valid for more than ${formatDuration(1000 * lifeSeconds)}`, 'exp');
  requireRest(parsed.data, { audience, ...(nonce === undefined ? {} : { nonce }) });
  return parsed.data;
}

function requireRest({ aud, azp, nonce: sent }: Claims, { audience, nonce }: Expected): void {
  // A token for several audiences could be another one's to send, unless it was issued to this one.
  if (Array.isArray(aud) && aud.length > 1 && azp !== audience)
    throw new TokenRefused('it is for several audiences', 'aud');
  if (nonce !== undefined && sent !== nonce) throw new TokenRefused('its claim `nonce` differs', 'nonce');
}

function refusal(error: unknown, audience: string): TokenRefused {
  if (error instanceof errors.JWTExpired) return new TokenRefused('it has expired', error.claim);
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (reason === 'missing') return new TokenRefused(`it lacks the claim \`${claim}\``, claim);
    if (claim === 'aud') return new TokenRefused(`its claim \`aud\` must be \`${audience}\``, claim);
    return new TokenRefused(`its claim \`${claim}\` is not valid here and now`, claim);
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return new TokenRefused(`its algorithm must be one of ${algorithms.join(', ')}`);
  if (error instanceof errors.JWKSNoMatchingKey) return new TokenRefused("none of its issuer's keys has its `kid`");
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return new TokenRefused("its `kid` is missing, and several of its issuer's keys fit");
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new TokenRefused("its signature does not match its issuer's key");
  return new TokenRefused('it is not a signed JSON web token with a usable key');
}
