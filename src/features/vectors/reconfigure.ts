// Reconfigures a namespace: brings its vector features in line with its deployed plugins' declarations. No vectors are lost, because a
// feature with stored vectors stays even if no plugin declares it.
import { and, eq, isNotNull, ne, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { insertWhere } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { livePointers } from '../../db/schema/deploy.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { versionSlug } from '../../registry/versions/versions.ts';
import { vectorStore } from './choose-store.ts';
import { type Feature, type FeaturePlan, type PluginFeatures, planFeatures } from './plan.ts';
import { isAnyFeature, syncFeatures, withStoreErrors } from './sync-features.ts';
import { vectorCollections, vectorFeatures } from './tables.ts';

export interface Reconfiguration {
  added: string[];
  removed: string[];
  /** All features after the change. */
  total: string[];
  /** Number of vectors stored before the change, across all features. */
  vectorsBefore: number;
  /** Collections that have vectors, but none yet in the added features. */
  collectionsToReprocess: string[];
}

export async function reconfigure(deps: Deps, actor: Actor, namespaceId: NamespaceId): Promise<Reconfiguration> {
  requireScope(actor, 'namespaces:admin');
  const { plugins, features, collections } = await readNamespace(deps, actor, namespaceId);
  const current = features.filter(({ status }) => status !== 'removing');
  const nonEmpty = new Set(collections.map(({ featureId }) => featureId));
  const store = vectorStore(deps);
  const plan = planFeatures(plugins, { features: current, nonEmpty }, store.dimensionsMax);
  const vectorsBefore = nonEmpty.size === 0 ? 0 : await withStoreErrors(() => store.count([...nonEmpty]));
  const { removed, inserted } = await writePlan(deps, actor, namespaceId, plan);
  const removedIds = new Set(removed.map(({ id }) => id));
  const remaining = features.filter(({ id }) => !removedIds.has(id));
  await syncFeatures(deps, [...remaining, ...removed, ...inserted]);
  const adding = [...remaining, ...inserted].filter(({ status }) => status === 'adding');
  const total = new Set([...current.filter(({ id }) => !removedIds.has(id)), ...plan.add].map(({ name }) => name));
  const names = new Set(collections.map(({ collection }) => collection));
  return {
    added: namesOf(adding),
    removed: namesOf(removed).filter((name) => !total.has(name)),
    total: [...total].sort(),
    vectorsBefore,
    collectionsToReprocess: adding.length === 0 ? [] : [...names].sort(),
  };
}

async function readNamespace({ db }: Pick<Deps, 'db'>, actor: Actor, namespaceId: NamespaceId) {
  const live = db
    .select({ id: livePointers.subjectId })
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), isNotNull(livePointers.targetId)));
  const inNamespace = eq(vectorFeatures.namespaceId, namespaceId);
  const featureIds = db.select({ id: vectorFeatures.id }).from(vectorFeatures).where(inNamespace);
  const [found, versions, features, collections] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    db
      .select()
      .from(pluginVersions)
      .where(sql`${pluginVersions.id} in ${live}`)
      .orderBy(pluginVersions.name, pluginVersions.major, pluginVersions.minor, pluginVersions.patch),
    db.select().from(vectorFeatures).where(inNamespace),
    db.select().from(vectorCollections).where(sql`${vectorCollections.featureId} in ${featureIds}`),
  ]);
  requireNamespace(found, namespaceId);
  const plugins = versions.map(
    (version): PluginFeatures => ({ slug: versionSlug(version), features: version.manifest?.features ?? [] }),
  );
  return { plugins, features, collections };
}

/**
 * Writes the plan in one batch, and returns the removed and added features. Skips a feature if a concurrent call added one with the
 * same name.
 */
async function writePlan(
  { db, ids, clock }: Pick<Deps, 'db' | 'ids' | 'clock'>,
  actor: Actor,
  namespaceId: NamespaceId,
  plan: FeaturePlan,
): Promise<{ removed: Feature[]; inserted: Feature[] }> {
  if (plan.add.length + plan.remove.length === 0) return { removed: [], inserted: [] };
  const now = clock.now();
  const { organizationId } = actor;
  const namespaceExists = sql`exists (select 1 from ${namespaces} where ${namespaces.id} = ${namespaceId} and ${namespaces.deletedAt} is null)`;
  const isEmpty = sql`not exists (select 1 from ${vectorCollections} where ${vectorCollections.featureId} = ${vectorFeatures.id})`;
  const additions = plan.add.map(({ name, dimensions, metric }) => {
    const times = { createdAt: now, updatedAt: now };
    const row = { id: ids('feature'), organizationId, namespaceId, name, dimensions, metric, ...times };
    const values = { ...row, status: 'adding' as const };
    return insertWhere(db, vectorFeatures, values, namespaceExists, sql`on conflict do nothing`).returning();
  });
  const [removed, , ...inserted] = await db.batch([
    db
      .update(vectorFeatures)
      .set({ status: 'removing', updatedAt: now })
      .where(and(isAnyFeature(plan.remove), ne(vectorFeatures.status, 'removing'), isEmpty))
      .returning(),
    record(
      { db, ids, clock },
      {
        organizationId,
        namespaceId,
        actor: actor.ref,
        type: 'namespace.reconfigured',
        subjectId: namespaceId,
        data: { added: namesOf(plan.add), removed: namesOf(plan.remove) },
      },
      namespaceExists,
    ),
    ...additions,
  ]);
  return { removed, inserted: inserted.flat() };
}

function namesOf(features: readonly { name: string }[]): string[] {
  return features.map(({ name }) => name).sort();
}
