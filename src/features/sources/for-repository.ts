// Finds the credential for fetching a repository. If several of the organization's credentials cover it, the one with the longest path
// is used.
import { and, eq, isNull, sql } from 'drizzle-orm';
import {
  coversRepository,
  formatPlace,
  repositoryPlace,
  type SourcePlace,
} from '../../contract/builder/source-places.ts';
import type { SourceCredential, SourceRefusal } from '../../contract/builder/sources.ts';
import { sourceLimits } from '../../contract/features/sources/limits.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import type { Requester } from '../../points.ts';
import { openToken } from './credentials.ts';
import { type AppDeps, appCredential } from './github-app.ts';
import { sourceCredentials } from './tables.ts';

/**
 * Returns the credential, decrypted or newly issued to its GitHub App, and records its use. Undefined if the organization has none for
 * the repository.
 */
export async function credentialForRepository(
  deps: Pick<Deps, 'db' | 'dataKey'> & AppDeps,
  { organizationId, createdBy }: Requester,
  repository: string,
): Promise<SourceCredential | SourceRefusal | undefined> {
  const place = repositoryPlace(repository);
  if (!place) return undefined;
  const isOfHost = and(
    eq(sourceCredentials.organizationId, organizationId),
    eq(sourceCredentials.host, place.host),
    isNull(sourceCredentials.pythonPackages),
  );
  const rows = await deps.db.select().from(sourceCredentials).where(isOfHost);
  const [row] = rows.filter((one) => coversRepository(one, repository)).sort((a, b) => b.path.length - a.path.length);
  if (!row) return undefined;
  if (createdBy.type === 'anonymous') return { refused: notForAnonymous };
  const token = await openToken(deps, row);
  if (token === undefined) throw new Problem('plugin-refused', unreadable(row));
  await noteUse(deps, row);
  const { host, path, username, expiresAt, githubApp: app, deployKey } = row;
  if (deployKey)
    return {
      place: { host, path },
      username,
      expires_at: expiresAt,
      private_key: token,
      known_hosts: deployKey.known_hosts,
    };
  if (app) return appCredential(deps, { organizationId, place: { host, path }, app, privateKey: token }, repository);
  return { place: { host, path }, username, token, expires_at: expiresAt };
}

export function unreadable(place: SourcePlace): string {
  const source = formatPlace(place);
  return `The credential for ${source} cannot be read: it was stored with another DATA_KEK. Set its token again: \`slipway sources rotate ${source}\`.`;
}

/** Refuses requests without a key, because nothing proves that the sender belongs to the organization. */
const notForAnonymous = {
  code: 'credential-missing' as const,
  message: "The organization's credential for this repository is not used for requests without a key. Send an API key.",
};

/** Returns the places with private Go modules. */
export async function modulePlaces({ db }: Pick<Deps, 'db'>, organizationId: OrganizationId): Promise<SourcePlace[]> {
  return db
    .select({ host: sourceCredentials.host, path: sourceCredentials.path })
    .from(sourceCredentials)
    .where(and(eq(sourceCredentials.organizationId, organizationId), eq(sourceCredentials.goModules, true)));
}

/** Records the credential's use. Writes at most once a minute, even if many fetches use it. */
export async function noteUse(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { id, lastUsedAt }: Pick<typeof sourceCredentials.$inferSelect, 'id' | 'lastUsedAt'>,
): Promise<void> {
  const now = clock.now();
  if (lastUsedAt !== null && lastUsedAt > now - sourceLimits.lastUseMs) return;
  await db
    .update(sourceCredentials)
    .set({ lastUsedAt: sql`max(coalesce(${sourceCredentials.lastUsedAt}, 0), ${now})` })
    .where(eq(sourceCredentials.id, id));
}
