// Syncs the vector store with the database: creates the indexes of features that are being added, and removes the indexes of features
// that are being removed. Every call is idempotent, so a later sync completes an interrupted one. A row exists before its index and
// until the index is gone, so no index is ever without a row.
import { and, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { Problem } from '../../core/problem.ts';
import { namespaces } from '../../db/schema/access.ts';
import type { Deps } from '../../deps.ts';
import { pickSome } from '../../events/send-all.ts';
import { vectorStore } from './choose-store.ts';
import type { Feature } from './plan.ts';
import { vectorCollections, vectorFeatures } from './tables.ts';
import { VectorStoreError } from './vector-store.ts';

type SettleDeps = Pick<Deps, 'db' | 'clock' | 'vectorize'>;

/** Creates and removes the indexes of these features, then marks them ready or deletes their rows. */
export async function syncFeatures(deps: SettleDeps, features: readonly Feature[]): Promise<void> {
  const { clock, db } = deps;
  const store = vectorStore(deps);
  const adding = features.filter(({ status }) => status === 'adding');
  const removing = features.filter(({ status }) => status === 'removing');
  if (adding.length + removing.length === 0) return;
  await withStoreErrors(async () => {
    for (const { id } of removing) await store.remove(id);
    for (const feature of adding) await store.create(feature);
  });
  await db.batch([
    db
      .update(vectorFeatures)
      .set({ status: 'ready', updatedAt: clock.now() })
      .where(and(isAnyFeature(adding), eq(vectorFeatures.status, 'adding'))),
    db.delete(vectorCollections).where(sql`${vectorCollections.featureId} in ${idsOf(removing)}`),
    db.delete(vectorFeatures).where(and(isAnyFeature(removing), eq(vectorFeatures.status, 'removing'))),
  ]);
}

/** Reports any vector store failure to the caller as `vector-store-unavailable`. */
export async function withStoreErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof VectorStoreError)) throw cause;
    throw new Problem('vector-store-unavailable', 'The vector store cannot be reached right now', {
      retryAfterSeconds: 10,
      cause,
    });
  }
}

const staleAfterMs = 60_000;

/**
 * Completes interrupted syncs, and removes deleted namespaces' features, one by one. If the store is unavailable, the next sweep
 * retries them in another order.
 */
export async function sweepFeatures(deps: SettleDeps & Pick<Deps, 'log'>): Promise<void> {
  const { db, clock, log } = deps;
  const [, unfinished] = await db.batch([
    db.update(vectorFeatures).set({ status: 'removing', updatedAt: clock.now() }).where(toRemove),
    selectUnfinished(deps),
  ]);
  const waiting = pickSome(unfinished, sweepLimits.changedByFew);
  try {
    while (waiting[0]) {
      await syncFeatures(deps, [waiting[0]]);
      waiting.shift();
    }
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    log.warn('features.left', { features: waiting.map(({ id }) => id), cause });
  }
}

const inDeletedNamespace = sql`${vectorFeatures.namespaceId} in (select ${namespaces.id} from ${namespaces} where ${and(isNotNull(namespaces.deletedAt), isNull(namespaces.emptiedAt))})`;
const toRemove = and(inDeletedNamespace, sql`${vectorFeatures.status} <> 'removing'`);

function selectUnfinished({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const isDue = or(inDeletedNamespace, lt(vectorFeatures.updatedAt, clock.now() - staleAfterMs));
  return db
    .select()
    .from(vectorFeatures)
    .where(and(sql`${vectorFeatures.status} <> 'ready'`, isDue))
    .limit(sweepLimits.pickedFrom);
}

export function dueFeatures(deps: Pick<Deps, 'db' | 'clock'>) {
  return [selectUnfinished(deps), sql`select 1 from ${vectorFeatures} where ${toRemove}`];
}

/** Binds all IDs as one parameter, because D1 limits their number. */
function idsOf(features: readonly Feature[]) {
  return sql`(select value from json_each(${JSON.stringify(features.map(({ id }) => id))}))`;
}

export function isAnyFeature(features: readonly Feature[]) {
  return sql`${vectorFeatures.id} in ${idsOf(features)}`;
}
