// What the scan policy says of a published version at this moment, finding by finding: the scan that decides, and the waivers.
import { eq, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireOwner, selectOwner } from '../access/owners.ts';
import { type Finding, verdictOf } from '../contract/finding.ts';
import type { Verdict } from '../contract/states.ts';
import { type OwnerId, pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { loadFindings, type Scan } from '../registry/storage/stored-findings.ts';
import { type PluginVersion, parseVersionKey, requireVersion } from '../registry/versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../registry/versions/visible-versions.ts';
import { decidingScan } from './current-verdict.ts';
import { applyWaivers, selectWaiversFor } from './waivers.ts';

export interface VersionScan {
  version: PluginVersion;
  scan: Scan;
  /** Of the findings with their waivers. */
  verdict: Verdict;
  findings: Finding[];
}

/** One D1 round trip; 404 for what isn't there for this actor. */
export async function versionScan(
  deps: Pick<Deps, 'db' | 'blobs' | 'clock' | 'policyVersion'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
): Promise<VersionScan> {
  requireScope(actor, 'plugins:read');
  const { db, clock, policyVersion } = deps;
  const key = parseVersionKey(ownerId, slug);
  const judged = { organizationId: actor.organizationId, name: key.name, ...key.version };
  const deciding = sql`(select ${decidingScan(policyVersion)} from ${pluginVersions} where ${pluginVersions.id} = ${visibleVersionId(key)})`;
  const [owners, versions, [scan], waivers] = await db.batch([
    selectOwner(db, actor, ownerId),
    selectVisibleVersion(db, key),
    db.select().from(scans).where(eq(scans.id, deciding)),
    selectWaiversFor(db, judged, clock.now()),
  ]);
  requireOwner(owners, ownerId);
  const version = requireVersion(versions, slug);
  if (!scan) throw new Error(`version ${version.id} has no scan`);
  const findings = applyWaivers(await loadFindings(deps, scan), waivers);
  return { version, scan, verdict: verdictOf(findings), findings };
}
