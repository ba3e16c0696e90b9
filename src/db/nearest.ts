// Reads from the nearest copy of the database, or from the primary if that copy is too old or lacks the requested rows (decision 90).
import { eq, sql } from 'drizzle-orm';
import { nearestLimits } from '../contract/limits/serving.ts';
import type { Clock } from '../core/clock.ts';
import { type Db, type RequestDatabase, type Results, readParts, type Statement } from './client.ts';
import { heartbeats } from './schema/heartbeat.ts';

export interface NearestDeps extends Pick<RequestDatabase, 'db' | 'nearest'> {
  clock: Clock;
}

type Reads = Record<string, Statement>;

/** Runs reads in one batch, together with the reads in `more`. */
export type ReadRows = <Named extends Reads, More extends Reads>(
  reads: (db: Db) => Named,
  more: (db: Db) => More,
) => Promise<Results<Named> & Results<More>>;

/** A lookup's result, and a time: the result shows the state at that time or later. */
export interface Seen<Found> {
  found: Found;
  asOf: number;
}

interface Needs<Found> {
  /** The copy must show a later state than this. */
  after: number;
  /** Returns whether everything was found. Rows missing from a replica may be new, so the primary is asked for them. */
  isFound(found: Found): boolean;
}

/** Looks something up in one round trip if the nearest copy suffices. Without replicas, the nearest copy is the primary. */
export async function lookUpNearest<Found>(
  deps: NearestDeps,
  lookUp: (read: ReadRows) => Promise<Found>,
  { after, isFound }: Needs<Found>,
): Promise<Seen<Found>> {
  const near = deps.nearest();
  if (near) {
    let asOf = 0;
    const read: ReadRows = async (reads, more) => {
      const seen = await readReplica(near, deps.clock, [reads(near), more(near)]);
      if (seen.asOf <= after) throw new Error('the replica is older than a change made by this isolate');
      asOf = seen.asOf;
      return seen.found;
    };
    const found = await lookUp(read).catch(() => undefined);
    if (found !== undefined && isFound(found)) return { found, asOf };
  }
  return lookUpPrimary(deps, lookUp);
}

export async function lookUpPrimary<Found>(
  { db, clock }: Pick<NearestDeps, 'db' | 'clock'>,
  lookUp: (read: ReadRows) => Promise<Found>,
): Promise<Seen<Found>> {
  const asOf = clock.now();
  const found = await lookUp((reads, more) => readParts(db, [reads(db), more(db), {}]));
  return { found, asOf };
}

/** Rejects if the replica is too old, or its age is unknown. */
async function readReplica<Named extends Reads, More extends Reads>(
  near: Db,
  clock: Clock,
  [named, more]: [Named, More],
): Promise<Seen<Results<Named> & Results<More>>> {
  const sentAt = clock.now();
  const beats = near.select({ at: heartbeats.at }).from(heartbeats).where(eq(heartbeats.id, 1));
  const found = await readParts(near, [named, more, { beats }]);
  const at = found.beats[0]?.at ?? 0;
  if (at < sentAt - nearestLimits.replicaAgeMs) throw new Error('the replica is too old');
  return { found, asOf: Math.min(at, sentAt) };
}

/** Records a write to the primary. The recorded time never goes back. */
export async function beat({ db, clock }: Pick<NearestDeps, 'db' | 'clock'>): Promise<void> {
  const now = clock.now();
  await db
    .insert(heartbeats)
    .values({ id: 1, at: now })
    .onConflictDoUpdate({ target: heartbeats.id, set: { at: sql`max(${heartbeats.at}, ${now})` } })
    .run();
}
