// Finds an issuer's signing keys, with a cache in each isolate. The cache is keyed by the issuer's row: another row with the same URL
// shares nothing with it.
import { createLocalJWKSet, type LocalJWKSet } from 'jose';
import { z } from 'zod';
import { issuerLimits } from '../../contract/limits/identity.ts';
import type { IssuerId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { type DiscoveryDeps, discover, fetchDocument, type Issuer } from './discovery.ts';
import { TokenRefused } from './token-refused.ts';

interface KeySet {
  keys: LocalJWKSet;
  kids: ReadonlySet<string>;
}

interface CachedKeys {
  /** The last set that could be read. */
  read: { set: KeySet; at: number } | null;
  /** When the issuer was last asked. */
  askedAt: number;
  /** Why the last attempt failed. */
  failure: TokenRefused | null;
}

export type SigningKeys = Map<IssuerId, CachedKeys>;

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
  if (issuer.jwks) return parseKeySet(issuer.jwks).keys;
  const { signingKeys } = deps;
  const now = deps.clock.now();
  const cached = signingKeys.get(issuer.id);
  if (cached && !isDue(cached, kid, now)) return usableKeys(cached, now);
  // Concurrent requests that find old keys use them. Without keys they have nothing to use, and ask too.
  if (cached?.read) signingKeys.set(issuer.id, { ...cached, askedAt: now });
  const asked = await askIssuer(deps, issuer, cached?.read ?? null);
  signingKeys.delete(issuer.id);
  signingKeys.set(issuer.id, asked);
  const [oldest] = signingKeys.keys();
  if (oldest && signingKeys.size > issuerLimits.cacheSize) signingKeys.delete(oldest);
  return usableKeys(asked, now);
}

function isDue({ askedAt, read }: CachedKeys, kid: string | undefined, now: number): boolean {
  if (now - askedAt < issuerLimits.keysAgainMs) return false;
  return !read || now - read.at >= issuerLimits.keysMs || (kid !== undefined && !read.set.kids.has(kid));
}

function usableKeys({ read, failure }: CachedKeys, now: number): LocalJWKSet {
  if (read && now - read.at < issuerLimits.staleKeysMs) return read.set.keys;
  throw failure ?? new TokenRefused("its issuer's signing keys are being read");
}

async function askIssuer(deps: SigningKeyDeps, issuer: Issuer, read: CachedKeys['read']): Promise<CachedKeys> {
  const at = deps.clock.now();
  try {
    const { jwks_uri } = await discover(deps, issuer);
    return { read: { set: parseKeySet(await fetchDocument(deps, issuer, jwks_uri)), at }, askedAt: at, failure: null };
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    return { read, askedAt: at, failure: error };
  }
}
