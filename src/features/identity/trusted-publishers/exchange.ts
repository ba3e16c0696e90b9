// Exchanges a CI job's ID token for a key of 15 minutes (RFC 8693). The token names its issuer, the request names the organization, and
// only issuers of that organization and of the operator count.

import { coversPlugin } from '../../../access/actor.ts';
import type { KeyWithSecret } from '../../../access/keys.ts';
import { ciLimits, idTokenLimits } from '../../../contract/features/identity/limits.ts';
import { claimsSchema, type KeptClaims, keptClaims, type Principal, type Voucher } from '../../../contract/identity.ts';
import type { OrganizationId } from '../../../core/ids.ts';
import type { Deps } from '../../../deps.ts';
import type { Issuer } from '../issuers/discovery.ts';
import type { SigningKeyDeps } from '../issuers/signing-keys.ts';
import { TokenRefused } from '../issuers/token-refused.ts';
import { readUnverified, requirePossible, signedDigest } from '../issuers/token-shape.ts';
import { type Claims, verifyIdToken } from '../issuers/verify-token.ts';
import { type Candidate, insertCiKey, selectCandidates } from './ci-keys.ts';
import { claimText, differingClaim, newPins } from './match-claims.ts';
import { type RefusalCounts, recordRefusal } from './refusals.ts';

export interface ExchangeRequest {
  organizationId: OrganizationId;
  token: string;
  audience: string;
  /** ID or name. */
  namespace: string | undefined;
  plugin: string | undefined;
}

export type ExchangeDeps = SigningKeyDeps & Pick<Deps, 'db' | 'ids'> & { refusals: RefusalCounts };

/**
 * Returns the refusal for a stranger, who can have a token of the operator's issuers too: an organization that doesn't exist, one without
 * the token's issuer, and one that trusts other jobs look the same.
 */
export function refusedToStrangers(): TokenRefused {
  return new TokenRefused(
    "this organization doesn't accept it. Its events have the reason: `slipway events --type oidc.`",
  );
}

/**
 * Returns a key with the rights of the trusted publisher whose conditions the token meets. Records each refusal in the organization's
 * events, with the values that differ. The response names the claim only if the issuer is the organization's own, and no value: a stranger
 * can have a token of any public issuer.
 */
export async function exchangeToken(deps: ExchangeDeps, request: ExchangeRequest): Promise<KeyWithSecret> {
  const unverified = readUnverified(request.token);
  requirePossible(unverified, request.audience, deps.clock.now());
  const { iss, sub } = unverified;
  const candidates = await selectCandidates(deps, request.organizationId, iss);
  let refusal = { issuer: iss, isOwn: false, refused: new TokenRefused('this organization has no issuer for it') };
  for (const [index, candidate] of candidates.entries()) {
    try {
      return await exchangeFor(deps, request, candidate);
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      const { name, organizationId } = candidate.issuer;
      if (index === 0) refusal = { issuer: name, isOwn: organizationId !== null, refused: error };
      // A token that was used works with no other row of its issuer either.
      if (error.claim === 'jti') break;
    }
  }
  await recordRefusal(deps, request.organizationId, { ...refusal, subject: sub });
  throw refusal.isOwn ? refusal.refused : refusedToStrangers();
}

async function exchangeFor(
  deps: ExchangeDeps,
  { audience, namespace, plugin, token }: ExchangeRequest,
  { issuer, publishers, refused }: Candidate,
): Promise<KeyWithSecret> {
  if (refused !== undefined) throw new TokenRefused(refused, 'iss');
  const claims = await verifyIdToken(deps, issuer, token, { audience });
  requireLater(claims, issuer);
  const asked = publishers.filter(
    (publisher) =>
      (namespace === undefined || publisher.namespaceId === namespace || publisher.namespaceName === namespace) &&
      (plugin === undefined || coversPlugin(publisher.plugin, plugin)),
  );
  const publisher = matchingPublisher(asked, claims);
  const pinned = { ...newPins(publisher.conditions, claims), ...publisher.pinned };
  const used = claims.jti === undefined ? `sha256:${await signedDigest(token)}` : `jti:${claims.jti}`;
  const usedUntil = (claims.exp + idTokenLimits.skewSeconds) * 1000;
  const principal = principalOf(issuer, claims);
  return insertCiKey(deps, { issuer, publisher, principal, pinned, used, usedUntil, keyMs: ciLimits.keyMs });
}

/** Used tokens are known by their issuer's row, so an older token could have been used with a row from before. */
function requireLater({ iat }: Claims, { createdAt }: Issuer): void {
  if (iat + idTokenLimits.skewSeconds < createdAt / 1000)
    throw new TokenRefused('it was issued before its issuer was added here. Request a new token', 'iat');
}

function matchingPublisher(publishers: Candidate['publishers'], claims: Claims): Candidate['publishers'][number] {
  const compared = publishers.map((publisher) => ({ publisher, differing: differingClaim(publisher, claims) }));
  const matching = compared.filter(({ differing }) => differing === undefined).map(({ publisher }) => publisher);
  const [first, ...others] = matching;
  if (first && others.some(({ namespaceId, plugin }) => namespaceId !== first.namespaceId || plugin !== first.plugin))
    throw new TokenRefused('several trusted publishers match it. Send `plugin` and `namespace` to choose one');
  if (first) return first;
  const [closest] = compared;
  if (!closest?.differing) throw new TokenRefused('no trusted publisher of this issuer covers the plugin');
  const { actual, claim, expected } = closest.differing;
  const is = actual === undefined ? 'missing' : `\`${actual.slice(0, shownChars)}\``;
  const detail = `it is ${is}, and the trusted publisher of ${closest.publisher.plugin} expects ${expected}`;
  throw new TokenRefused(`its claim \`${claim}\` differs from the trusted publisher's`, claim, detail);
}

const shownChars = 200;

/** The name in events is the repository or project, if the token has one. */
function principalOf(issuer: Issuer, claims: Claims): Principal {
  const kept: KeptClaims = claimsSchema.parse(
    Object.fromEntries(
      keptClaims.flatMap((name) => {
        const value = claimText(claims, name);
        return value === undefined ? [] : [[name, value.slice(0, 500)]];
      }),
    ),
  );
  const name = kept.repository ?? kept.project_path ?? claims.sub;
  const voucher: Voucher = {
    url: issuer.url,
    owner: issuer.organizationId === null ? 'operator' : 'organization',
    keys: issuer.jwks === null ? 'discovery' : 'pasted',
  };
  return { name, subject: `ci:${issuer.name}/${claims.sub}`, claims: kept, issuer: voucher };
}
