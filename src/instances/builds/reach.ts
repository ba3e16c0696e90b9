// Finds out whether Go programs reach the vulnerable parts that advisories name. Versions published before their functions were stored
// are analyzed again.
import { and, eq, sql } from 'drizzle-orm';
import { type ReachedFunctions, reachOf } from '../../contract/builder/analyses.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { reachLimits } from '../../contract/limits/builder.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import type { VersionId } from '../../core/ids.ts';
import { readTogether, type Statement } from '../../db/client.ts';
import { advisories, advisoryPackages, packageVersions, versionAdvisories } from '../../db/schema/advisories.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { DueStep } from '../../due-step.ts';
import { pickSome, runIsolated } from '../../events/send-all.ts';
import { analyzeSource } from './analyses.ts';
import { readReached } from './reached-functions.ts';

type ReachDeps = Pick<Deps, 'db' | 'blobs' | 'builder' | 'log'>;

function selectReachDue({ db }: Pick<Deps, 'db'>) {
  return db
    .selectDistinct({ id: versionAdvisories.versionId })
    .from(versionAdvisories)
    .where(sql`${versionAdvisories.reachDue}`)
    .limit(sweepLimits.pickedFrom);
}

export const reachStep: DueStep = { step: sweepReach, due: (deps) => [selectReachDue(deps)] };

/** Picks some of the due versions at random, so that one whose analysis takes long doesn't hold up the others. */
export async function sweepReach(deps: ReachDeps): Promise<void> {
  const due = await selectReachDue(deps);
  await runIsolated(deps, pickSome(due, reachLimits.versionsAtOnce), resolveReach);
}

/** *Dies:* the rows stay due, and the builder keeps the analysis. */
async function resolveReach(deps: ReachDeps, { id }: { id: VersionId }): Promise<void> {
  const { db } = deps;
  const due = and(eq(versionAdvisories.versionId, id), sql`${versionAdvisories.reachDue}`);
  const { advisoryId, purl } = versionAdvisories;
  const named = sql`(select ${packageVersions.name} from ${packageVersions} where ${packageVersions.purl} = ${purl})`;
  const isOfRow = and(
    eq(advisoryPackages.advisoryId, advisoryId),
    eq(advisoryPackages.ecosystem, 'Go'),
    eq(advisoryPackages.name, named),
  );
  const { versions, rows } = await readTogether(db, {
    versions: db
      .select({ sha256: pluginVersions.sha256, organization: pluginVersions.organizationId })
      .from(pluginVersions)
      .where(eq(pluginVersions.id, id)),
    rows: db
      .select({ advisoryId, purl, affected: advisoryPackages.affected, digest: advisories.digest })
      .from(versionAdvisories)
      .innerJoin(advisories, eq(advisories.id, advisoryId))
      .leftJoin(advisoryPackages, isOfRow)
      .where(due)
      .limit(reachLimits.rowsAtOnce),
  });
  const [version] = versions;
  const reached = version && ((await readReached(deps, version.sha256)) ?? (await analyzeNow(deps, version)));
  if (reached === 'running') return;
  const [first, ...rest] = rows.map((row): Statement => {
    const reach = reached && row.affected ? reachOf(reached, row.affected) : 'unknown';
    // A changed advisory may name other parts.
    const isSame = sql`exists (select 1 from ${advisories} where ${advisories.id} = ${row.advisoryId} and ${advisories.digest} = ${row.digest})`;
    const isRow = and(due, eq(advisoryId, row.advisoryId), eq(purl, row.purl), isSame);
    return db.update(versionAdvisories).set({ reach, reachDue: false }).where(isRow);
  });
  if (first) await db.batch([first, ...rest]);
}

/**
 * Returns undefined if the program can't be analyzed. Doesn't wait for a long analysis: the builder finishes it, and the next sweep
 * asks for its result.
 */
async function analyzeNow(
  deps: ReachDeps,
  { sha256, organization }: { sha256: string; organization: string },
): Promise<ReachedFunctions | 'running' | undefined> {
  const { builds } = await deps.builder.capabilities();
  if (!builds.available) return undefined;
  const analysis = analyzeSource(deps, { runtime: 'go', organization, archive: sha256 }).then(
    () => 'ended' as const,
    (cause: unknown) => {
      if (cause instanceof BuilderError && cause.code === 'unreachable') return 'running' as const;
      deps.log.warn('reach.not_analyzed', { sha256, cause });
      return 'ended' as const;
    },
  );
  const late = new Promise<'running'>((resolve) => {
    setTimeout(() => resolve('running'), reachLimits.waitMs);
  });
  return (await Promise.race([analysis, late])) === 'running' ? 'running' : readReached(deps, sha256);
}
