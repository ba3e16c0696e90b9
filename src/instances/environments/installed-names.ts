// Leaves out the doubt about a package (SLM406) that the organization has locked and installed before.
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Finding } from '../../contract/findings/finding.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { packageVersions, versionPackages } from '../../db/schema/advisories.ts';
import { environments, pluginLocks } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';

export async function withoutInstalled(
  { db }: Deps,
  organizationId: OrganizationId,
  advice: readonly Finding[],
): Promise<Finding[]> {
  const doubted = advice.filter(({ ruleId }) => ruleId === 'SLM406').map(({ name }) => name);
  if (doubted.length === 0) return [...advice];
  const rows = await db
    .selectDistinct({ name: packageVersions.name })
    .from(packageVersions)
    .innerJoin(versionPackages, eq(versionPackages.purl, packageVersions.purl))
    .innerJoin(pluginLocks, eq(pluginLocks.versionId, versionPackages.versionId))
    .innerJoin(environments, eq(environments.lock, pluginLocks.digest))
    .where(
      and(
        eq(packageVersions.ecosystem, 'PyPI'),
        inArray(packageVersions.name, sql`(select value from json_each(${JSON.stringify(doubted)}))`),
        eq(versionPackages.organizationId, organizationId),
      ),
    );
  const installed = new Set(rows.map(({ name }) => name));
  return advice.filter(({ name, ruleId }) => ruleId !== 'SLM406' || !installed.has(name));
}
