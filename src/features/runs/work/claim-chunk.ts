// Claims run chunks for workers: from the organization with the fewest in progress, and there from the oldest run below its limit. A
// claim is a lease, renewed while the worker runs. A worker that loses its lease can't change anything anymore.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { runLimits } from '../../../contract/limits/batches.ts';
import { leases } from '../../../contract/limits/leases.ts';
import { byteReservation } from '../../../contract/limits/quotas.ts';
import { writeAndRead } from '../../../db/client.ts';
import { hasLease, type Lease, leaseTo, newLeaseToken } from '../../../db/lease.ts';
import { pluginVersions } from '../../../db/schema/registry.ts';
import { runChunks, runs } from '../../../db/schema/runs.ts';
import type { Deps } from '../../../deps.ts';
import { setAside } from '../../../events/set-aside.ts';
import { quotaLimit } from '../../../limits/quotas.ts';
import { roomFor } from '../../../limits/stored-bytes.ts';
import type { PluginVersion } from '../../../registry/versions/versions.ts';
import { failRun, type Run } from '../run.ts';

export type Chunk = typeof runChunks.$inferSelect;

export interface ClaimedChunk {
  chunk: Chunk;
  run: Run;
  version: PluginVersion;
  lease: Lease;
  demand: Demand;
}

/** The run's other waiting work, and how many processes it has. */
export interface Demand {
  /** Other waiting chunks, at most `plentyOfChunks`, and their rows. */
  waiting: number;
  waitingRows: number;
  /** Processes in use, including this one, and the run's limit. */
  running: number;
  processes: number;
}

/** The run is over, or another worker has the chunk. */
export class ChunkLost extends Error {
  override readonly name = 'ChunkLost';
}

type ClaimDeps = Pick<Deps, 'clock' | 'db' | 'ids' | 'log' | 'marks'>;

/**
 * Claims a chunk. Returns undefined if none is due, or limits prevent more work. `slot` is the worker's instance slot, which it gets if
 * nobody else uses it. Fails runs whose chunks take their workers with them.
 */
export async function claimChunk(deps: ClaimDeps, slot = 0): Promise<ClaimedChunk | undefined> {
  for (;;) {
    const claimed = await claimNext(deps, slot);
    if (!claimed) return undefined;
    const reason = await whySetAside(deps, claimed);
    if (reason === undefined) return claimed;
    await failRun(deps, claimed.run.id, reason);
  }
}

async function whySetAside(deps: ClaimDeps, { chunk, run }: ClaimedChunk): Promise<string | undefined> {
  const reason = await setAside(deps, {
    ...{ id: chunk.id, organizationId: run.organizationId, tries: chunk.failures + 1, triesMax: runLimits.attemptsMax },
    message: { v: 1, type: 'work-run', id: run.id },
  });
  return (
    reason && `Slipway stopped trying rows ${chunk.firstRow} and following: ${reason}. Run the remaining rows again.`
  );
}

async function claimNext({ db, clock }: ClaimDeps, slot: number): Promise<ClaimedChunk | undefined> {
  const now = clock.now();
  const token = newLeaseToken();
  const mine = and(hasLease(runChunks, token), eq(runChunks.status, 'running')) ?? sql`false`;
  const runId = nextRun(now);
  const chunkId = sql`(select ${runChunks.id} from ${runChunks} where ${runChunks.status} = 'waiting' and ${runChunks.runId} = (${runId}) and ${runChunks.nextAt} <= ${now} order by ${runChunks.runId}, ${runChunks.nextAt}, ${runChunks.firstRow} limit 1)`;
  const claimedRun = sql`(select ${runChunks.runId} from ${runChunks} where ${isClaimed(token)})`;
  const { chunks, claimed, demands, versions } = await writeAndRead(
    db,
    [
      takeBackLost(db, now),
      db
        .update(runChunks)
        .set({
          status: 'running',
          ...leaseTo(token, now, leases.run),
          attempt: sql`${runChunks.attempt} + 1`,
          slot: sql`${freeSlot(slot)}`,
          reservedBytes: sql`${roomFor(sql`${runChunks.organizationId}`, byteReservation.firstBytes)}`,
        })
        .where(sql`${runChunks.id} = ${chunkId}`),
    ],
    {
      chunks: db.select().from(runChunks).where(isClaimed(token)),
      claimed: db.select().from(runs).where(sql`${runs.id} = ${claimedRun}`),
      versions: db
        .select()
        .from(pluginVersions)
        .where(sql`${pluginVersions.id} = (select ${runs.versionId} from ${runs} where ${runs.id} = ${claimedRun})`),
      demands: selectDemand(db, claimedRun),
    },
  );
  const [chunk] = chunks;
  const [run] = claimed;
  const [version] = versions;
  const [demand] = demands;
  if (!chunk || !run || !version || !demand) return undefined;
  const isHeld = sql`${runChunks.id} = ${chunk.id} and ${mine}`;
  return {
    chunk,
    run,
    version,
    demand,
    lease: {
      table: runChunks,
      id: chunk.id,
      token,
      isFree: sql`false`,
      taken: leaseTo(token, now, leases.run),
      isHeld,
    },
  };
}

function selectDemand(db: Deps['db'], runId: SQL) {
  const run = sql`(select id, organization_id, max_parallel from ${runs} where ${runs.id} = ${runId}) run`;
  const waiting = sql`select other.rows - other.rows_done as left_rows from ${runChunks} other where other.status = 'waiting' and other.run_id = run.id limit ${runLimits.plentyOfChunks}`;
  const running = sql`select count(*) from ${runChunks} other where other.status = 'running' and other.organization_id = run.organization_id and other.run_id = run.id`;
  return db
    .select({
      waiting: sql<number>`(select count(*) from (${waiting}))`,
      waitingRows: sql<number>`(select coalesce(sum(left_rows), 0) from (${waiting}))`,
      running: sql<number>`(${running})`,
      processes: sql<number>`min(run.max_parallel, ${quotaLimit(sql`run.organization_id`, 'parallel_runs')})`,
    })
    .from(run);
}

/** SQL: the chunk with this lease, found among the few in progress. */
function isClaimed(token: string): SQL {
  return sql`${runChunks.status} = 'running' and ${hasLease(runChunks, token)}`;
}

/** Requeues chunks whose worker died, each with one failure more. */
export function takeBackLost(db: Deps['db'], now: number) {
  return db
    .update(runChunks)
    .set({
      status: 'waiting',
      leaseToken: null,
      leaseUntil: null,
      slot: null,
      failures: sql`${runChunks.failures} + 1`,
    })
    .where(sql`${runChunks.status} = 'running' and ${runChunks.leaseUntil} <= ${now}`);
}

/** SQL: SELECT of the run to work on next. */
function nextRun(now: number): SQL {
  return ofFewestRunning({
    waiting: claimableRuns(now),
    running: (organizationId) =>
      sql`(select count(*) from ${runChunks} where ${runChunks.status} = 'running' and ${runChunks.organizationId} = ${organizationId})`,
    allowed: (organizationId) => quotaLimit(organizationId, 'parallel_runs'),
  });
}

/** SQL: SELECT of the runs with a due chunk and fewer processes than their limit. */
export function claimableRuns(now: number): SQL {
  const atWork = sql`(select count(*) from ${runChunks} where ${runChunks.status} = 'running' and ${runChunks.organizationId} = ${runs.organizationId} and ${runChunks.runId} = ${runs.id})`;
  const hasDue = sql`exists (select 1 from ${runChunks} where ${runChunks.status} = 'waiting' and ${runChunks.runId} = ${runs.id} and ${runChunks.nextAt} <= ${now})`;
  return sql`select ${runs.id}, ${runs.organizationId} from ${runs} where ${runs.status} in ('splitting', 'running') and ${hasDue} and ${atWork} < ${runs.maxParallel}`;
}

const slots = JSON.stringify(Array.from({ length: runLimits.parallelMax }, (_, slot) => slot));

/** SQL: the given slot of the run if it is free, or else the run's first free one. */
function freeSlot(slot: number): SQL {
  return sql`(select slot.value from json_each(${slots}) slot where slot.value not in (select other.slot from ${runChunks} other where other.status = 'running' and other.organization_id = ${runChunks.organizationId} and other.run_id = ${runChunks.runId}) order by slot.value <> ${slot}, slot.value limit 1)`;
}

interface Waiting {
  /** SQL: SELECT of `id` and `organization_id` of waiting work. */
  waiting: SQL;
  /** SQL: how much work the organization has in progress. The argument is the organization's ID. */
  running(organizationId: SQL): SQL;
  /** SQL: the organization's concurrency limit. */
  allowed(organizationId: SQL): SQL;
}

/**
 * SQL: SELECT of the next ID, which is the oldest from the organization with the fewest in progress, if that is below its limit. Ties
 * are broken at random: with a limit of one, every organization that may be chosen has none in progress.
 */
function ofFewestRunning({ allowed, running, waiting }: Waiting): SQL {
  const organization = sql`waiting_organizations.organization_id`;
  const counted = sql`select organization_id, ${running(organization)} as running, ${allowed(organization)} as allowed
    from (select distinct organization_id from (${waiting})) waiting_organizations`;
  const next = sql`select organization_id from (${counted}) where running < allowed order by running, random() limit 1`;
  return sql`select min(id) from (${waiting}) where organization_id = (${next})`;
}
