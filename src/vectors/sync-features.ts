// Bringing the store in step with the rows: an index for each feature that is being added, none for what is being removed. Every call
// can be made twice, so whoever comes next goes on where the one before was cut off.
import { and, eq, isNotNull, lt, ne, or, sql } from 'drizzle-orm';
import { VectorStoreError } from '../contract/vector-store.ts';
import { Problem } from '../core/problem.ts';
import { namespaces } from '../db/schema/access.ts';
import { vectorCollections, vectorFeatures } from '../db/schema/vectors.ts';
import type { Deps } from '../deps.ts';
import type { Feature } from './plan.ts';

type SettleDeps = Pick<Deps, 'db' | 'clock' | 'vectors'>;

/** Makes and removes what these rows say; afterwards the one are ready, and the others are gone. */
export async function syncFeatures({ db, clock, vectors }: SettleDeps, features: readonly Feature[]): Promise<void> {
  const adding = features.filter(({ status }) => status === 'adding');
  const removing = features.filter(({ status }) => status === 'removing');
  if (adding.length + removing.length === 0) return;
  await withStoreErrors(async () => {
    for (const { id } of removing) await vectors.remove(id);
    for (const feature of adding) await vectors.create(feature);
  });
  await db.batch([
    db
      .update(vectorFeatures)
      .set({ status: 'ready', updatedAt: clock.now() })
      .where(and(isOneOf(adding), eq(vectorFeatures.status, 'adding'))),
    db.delete(vectorCollections).where(sql`${vectorCollections.featureId} in ${idsOf(removing)}`),
    db.delete(vectorFeatures).where(and(isOneOf(removing), eq(vectorFeatures.status, 'removing'))),
  ]);
}

/** What the store does wrong is told to the caller as its own absence. */
export async function withStoreErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof VectorStoreError)) throw cause;
    throw new Problem('vector-store-unavailable', 'The store of vectors cannot be reached right now', {
      retryAfterSeconds: 10,
      cause,
    });
  }
}

const staleAfterMs = 60_000;
const rowsAtOnce = 100;

/** Takes up what was left behind, and removes what deleted namespaces had. A store that is away is asked again by the next sweep. */
export async function sweepFeatures(deps: SettleDeps & Pick<Deps, 'log'>): Promise<void> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const ofDeleted = sql`${vectorFeatures.namespaceId} in (select ${namespaces.id} from ${namespaces} where ${isNotNull(namespaces.deletedAt)})`;
  const [, left] = await db.batch([
    db
      .update(vectorFeatures)
      .set({ status: 'removing', updatedAt: now })
      .where(and(ofDeleted, ne(vectorFeatures.status, 'removing'))),
    db
      .select()
      .from(vectorFeatures)
      .where(and(ne(vectorFeatures.status, 'ready'), or(ofDeleted, lt(vectorFeatures.updatedAt, now - staleAfterMs))))
      .limit(rowsAtOnce),
  ]);
  try {
    await syncFeatures(deps, left);
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    log.warn('features.left', { features: left.map(({ id }) => id), cause });
  }
}

/** One parameter, however many there are. */
function idsOf(features: readonly Feature[]) {
  return sql`(select value from json_each(${JSON.stringify(features.map(({ id }) => id))}))`;
}

export function isOneOf(features: readonly Feature[]) {
  return sql`${vectorFeatures.id} in ${idsOf(features)}`;
}
