// Proposes a new lock for a version's sources: which packages change, and which advisories that fixes.
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { requireOwner, selectOwner } from '../../access/owners.ts';
import { findLockedHits } from '../../advisories/index-version.ts';
import { StartFailed } from '../../builders/start-failures.ts';
import type { Severity } from '../../contract/advisories.ts';
import type { Lock } from '../../contract/builder/environments.ts';
import type { LockedPackage } from '../../contract/builder/packages.ts';
import { declaredRequirements, formatVersion } from '../../contract/plugin/manifest.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { advisories } from '../../db/schema/advisories.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { pluginLocks } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';
import { type PackageChange, packageChanges } from '../../registry/diff/dependency-changes.ts';
import { requireDownloadable } from '../../registry/versions/offered.ts';
import {
  ownVersionId,
  type PluginVersion,
  parseVersionKey,
  requireVersion,
  selectVersion,
} from '../../registry/versions/versions.ts';
import { dependencyAge, findLock } from './lock.ts';

export interface KnownAdvisory {
  id: string;
  severity: Severity | null;
  /** The package and its version, as a package URL. */
  package: string;
  fixedIn: string | null;
}

export interface RelockProposal {
  version: PluginVersion;
  lock: Lock;
  packages: PackageChange[];
  /** `from` would be locked; `to` is what was found among packages of every age. */
  heldBack: PackageChange[];
  /** The age below which packages were left out, such as `3d`. */
  olderThan: string | null;
  fixed: KnownAdvisory[];
  remaining: KnownAdvisory[];
  added: KnownAdvisory[];
}

export interface Relocked {
  namespaceId: NamespaceId;
  slug: string;
}

/** Resolves the version's requirements as for a new version, and changes nothing. A quarantined version's sources aren't published again. */
export async function proposeRelock(
  deps: Deps,
  actor: Actor,
  { namespaceId, slug }: Relocked,
): Promise<RelockProposal> {
  const { db } = deps;
  const key = parseVersionKey(namespaceId, slug);
  requireScope(actor, 'plugins:write', key.name);
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, namespaceId),
    versions: selectVersion(db, key),
    locks: db
      .select({ packages: pluginLocks.packages })
      .from(pluginLocks)
      .where(eq(pluginLocks.versionId, ownVersionId(key))),
    deployments: db
      .select({ id: deployments.id })
      .from(deployments)
      .where(and(eq(deployments.namespaceId, namespaceId), eq(deployments.versionId, ownVersionId(key))))
      .orderBy(desc(deployments.ticket))
      .limit(1),
  });
  requireOwner(found.owners, namespaceId);
  const version = requireVersion(found.versions, slug);
  requireDownloadable(version);
  const [old] = found.locks;
  if (declaredRequirements(version.manifest).length === 0)
    throw new Problem('conflict', `${labelOf(version)} declares no dependencies`, {
      hint: 'Nothing can be relocked.',
    });
  if (!old)
    throw new Problem('conflict', `${labelOf(version)} has no lock yet`, {
      hint: 'Deploy it. Its first deployment resolves its dependencies.',
    });
  const { lock, heldBack, olderThan } = await resolveAgain(deps, found.deployments[0]?.id ?? version.id, version);
  return {
    version,
    lock,
    heldBack,
    olderThan,
    packages: packageChanges(old.packages, lock.packages),
    ...(await advisoryChanges(deps, old.packages, lock.packages)),
  };
}

/** Returns the version as users write it. */
export function labelOf(version: PluginVersion): string {
  return `${version.name}@${formatVersion(version)}`;
}

/** Resolves with packages of every age too, to know which were held back. `id` tells where the version runs. */
async function resolveAgain(deps: Deps, id: string, version: PluginVersion) {
  const use = { id, version, log: () => {} };
  const requirements = declaredRequirements(version.manifest);
  try {
    const lock = await findLock(deps, use, requirements);
    const olderThan = (await dependencyAge(deps, use)) ?? null;
    const newest = olderThan === null ? lock : await findLock(deps, use, requirements, { anyAge: true });
    return { lock, olderThan, heldBack: packageChanges(lock.packages, newest.packages) };
  } catch (error) {
    if (!(error instanceof StartFailed)) throw error;
    throw new Problem('conflict', `No new lock could be resolved: ${error.message}`, {
      hint: 'Change the requirements and publish a new version.',
    });
  }
}

async function advisoryChanges(
  deps: Pick<Deps, 'db'>,
  before: readonly LockedPackage[],
  after: readonly LockedPackage[],
): Promise<Pick<RelockProposal, 'fixed' | 'remaining' | 'added'>> {
  const [old, now] = await Promise.all([findLockedHits(deps, before), findLockedHits(deps, after)]);
  const ids = JSON.stringify([...old, ...now].map(({ advisory }) => advisory));
  const rows = await deps.db
    .select({ id: advisories.id, severity: advisories.severity })
    .from(advisories)
    .where(and(sql`${advisories.id} in (select value from json_each(${ids}))`, isNull(advisories.withdrawnAt)));
  const severities = new Map(rows.map(({ id, severity }) => [id, severity]));
  const known = (hits: typeof old): KnownAdvisory[] =>
    hits.map(({ advisory: id, purl, fixed }) => ({
      id,
      severity: severities.get(id) ?? null,
      package: purl,
      fixedIn: fixed,
    }));
  const isIn = (hits: typeof old) => new Set(hits.map(keyOf));
  const [inOld, inNow] = [isIn(old), isIn(now)];
  return {
    fixed: known(old.filter((hit) => !inNow.has(keyOf(hit)))),
    remaining: known(now.filter((hit) => inOld.has(keyOf(hit)))),
    added: known(now.filter((hit) => !inOld.has(keyOf(hit)))),
  };
}

/** An advisory about a package in whatever version. */
function keyOf({ advisory, purl }: { advisory: string; purl: string }): string {
  return `${advisory} ${purl.slice(0, purl.lastIndexOf('@'))}`;
}
