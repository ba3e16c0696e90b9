// Finds an organization's Python indexes and their credentials for one version's packages.
import { and, asc, eq, isNotNull, type SQL } from 'drizzle-orm';
import { indexUrl, type PythonIndex } from '../../contract/builder/python-indexes.ts';
import { formatPlace } from '../../contract/builder/source-places.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { readTogether } from '../../db/client.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { openToken } from './credentials.ts';
import { noteUse, unreadable } from './for-repository.ts';
import { sourceCredentials } from './tables.ts';

/** Returns the indexes. Includes an index whose credential is unusable, so that its packages aren't looked up elsewhere. */
export async function readPythonIndexes(
  deps: Pick<Deps, 'db' | 'dataKey'>,
  { id, organizationId }: Pick<PluginVersion, 'id' | 'organizationId'>,
): Promise<PythonIndex[]> {
  const { rows, versions } = await readTogether(deps.db, {
    rows: deps.db.select().from(sourceCredentials).where(isIndexOf(organizationId)).orderBy(asc(sourceCredentials.id)),
    versions: deps.db.select({ by: pluginVersions.createdBy }).from(pluginVersions).where(eq(pluginVersions.id, id)),
  });
  const isAnonymous = versions[0]?.by.type === 'anonymous';
  return Promise.all(
    rows.map(async (row) => {
      const token = isAnonymous ? undefined : await openToken(deps, row);
      const refused = isAnonymous ? notForAnonymous(formatPlace(row)) : unreadable(row);
      const credential =
        token === undefined ? { refused } : { username: row.username, token, expires_at: row.expiresAt };
      return { url: indexUrl(row), packages: row.pythonPackages ?? [], credential };
    }),
  );
}

/** Nothing proves that the publisher belongs to the organization. Repositories have the same rule. */
function notForAnonymous(source: string): string {
  return `The organization's credential for ${source} is not used for plugins that were published without a key. Publish the plugin with an API key.`;
}

/** Records that these indexes were queried. */
export async function noteIndexUse(
  deps: Pick<Deps, 'db' | 'clock'>,
  organizationId: OrganizationId,
  urls: ReadonlySet<string>,
): Promise<void> {
  if (urls.size === 0) return;
  const { id, host, path, lastUsedAt } = sourceCredentials;
  const rows = await deps.db
    .select({ id, host, path, lastUsedAt })
    .from(sourceCredentials)
    .where(isIndexOf(organizationId));
  for (const row of rows) if (urls.has(indexUrl(row))) await noteUse(deps, row);
}

function isIndexOf(organizationId: OrganizationId): SQL | undefined {
  return and(eq(sourceCredentials.organizationId, organizationId), isNotNull(sourceCredentials.pythonPackages));
}
