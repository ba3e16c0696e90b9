// Finds an issuer's signing keys, with a cache in each isolate.
import { createLocalJWKSet, type LocalJWKSet } from 'jose';
import { z } from 'zod';
import { issuerLimits } from '../../../contract/features/identity/limits.ts';
import type { Deps } from '../../../deps.ts';
import { type AskedIssuers, askIssuer } from './asked-issuers.ts';
import { type DiscoveryDeps, discover, fetchDocument, type Issuer } from './discovery.ts';
import { TokenRefused } from './token-refused.ts';

interface KeySet {
  keys: LocalJWKSet;
  kids: ReadonlySet<string>;
}

export type SigningKeys = AskedIssuers<KeySet>;

export type SigningKeyDeps = DiscoveryDeps & Pick<Deps, 'clock'> & { signingKeys: SigningKeys };

const keySetModel = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().exactOptional() })).max(100),
});

/** Parses a JSON Web Key Set. Throws a TokenRefused if it is not valid: two keys with one ID make it unclear which one counts. */
export function parseKeySet(document: unknown): KeySet {
  const parsed = keySetModel.safeParse(document);
  if (!parsed.success) throw new TokenRefused("the issuer's signing keys are not a JSON Web Key Set");
  const ids = parsed.data.keys.flatMap(({ kid }) => kid ?? []);
  const kids = new Set(ids);
  if (kids.size < ids.length) throw new TokenRefused("two of the issuer's signing keys have the same `kid`");
  return { keys: createLocalJWKSet(parsed.data), kids };
}

/**
 * Returns the issuer's signing keys. They are fetched when they are old or don't include `kid`, at most once a minute, so that tokens
 * with invented key IDs don't become requests.
 */
export async function findSigningKeys(
  deps: SigningKeyDeps,
  issuer: Issuer,
  kid: string | undefined,
): Promise<LocalJWKSet> {
  const { jwks } = issuer;
  // A row never changes, so a pasted set is parsed, and its keys imported, once.
  const pasted = jwks && { isDue: () => false, ask: async () => parseKeySet(jwks) };
  const now = deps.clock.now();
  const fetched = {
    isDue: ({ at, value }: { at: number; value: KeySet }) =>
      now - at >= issuerLimits.keysMs || (kid !== undefined && !value.kids.has(kid)),
    ask: async () => {
      const { jwks_uri } = await discover(deps, issuer);
      return parseKeySet(await fetchDocument(deps, issuer, jwks_uri));
    },
  };
  const { failure, read } = await askIssuer(deps, deps.signingKeys, issuer.id, pasted ?? fetched);
  if (read && (jwks || now - read.at < issuerLimits.staleKeysMs)) return read.value.keys;
  throw failure ?? new TokenRefused("its issuer's signing keys are being read");
}
