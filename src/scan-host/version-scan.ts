// Returns a published version's current verdict with its findings: those of the scan that decides, marked where a waiver covers them.
import { eq, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireOwner, selectOwner } from '../access/owners.ts';
import { decideVerdict, type Finding } from '../contract/findings/finding.ts';
import type { Verdict } from '../contract/states.ts';
import { readTogether } from '../db/client.ts';
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
  /** Verdict with the waivers applied. */
  verdict: Verdict;
  findings: Finding[];
}

/** Makes one D1 round trip. Throws `not-found` if the actor cannot see the version. */
export async function versionScan(
  deps: Pick<Deps, 'db' | 'blobs' | 'clock' | 'policyVersion'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
): Promise<VersionScan> {
  requireScope(actor, 'plugins:read');
  const { db, clock, policyVersion } = deps;
  const key = parseVersionKey(ownerId, slug);
  const subject = { organizationId: actor.organizationId, name: key.name, ...key.version };
  const deciding = sql`(select ${decidingScan(policyVersion)} from ${pluginVersions} where ${pluginVersions.id} = ${visibleVersionId(key)})`;
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    versions: selectVisibleVersion(db, key),
    scans: db.select().from(scans).where(eq(scans.id, deciding)),
    waivers: selectWaiversFor(db, subject, clock.now()),
  });
  requireOwner(found.owners, ownerId);
  const version = requireVersion(found.versions, slug);
  const [scan] = found.scans;
  if (!scan) throw new Error(`version ${version.id} has no scan`);
  const findings = applyWaivers(await loadFindings(deps, scan), found.waivers);
  return { version, scan, verdict: decideVerdict(findings), findings };
}
