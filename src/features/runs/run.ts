// A run's row, and what all changes to a run share: event fields, and how it ends.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type ActorRef, systemActor } from '../../contract/actor.ts';
import type { RunState } from '../../contract/states.ts';
import type { NamespaceId, OrganizationId, RunId } from '../../core/ids.ts';
import { previousChanged, type Statement } from '../../db/client.ts';
import { newLeaseToken } from '../../db/lease.ts';
import { runChunks, runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { mayBecome } from './states.ts';

export type Run = typeof runs.$inferSelect;

export type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** Returns event fields for writers that know only the ID; the other fields come from the row. */
export function runEvent(id: RunId, actor: ActorRef = systemActor) {
  const column = (name: 'organization_id' | 'namespace_id') =>
    sql`(select ${sql.identifier(name)} from ${runs} where ${runs.id} = ${id})`;
  return {
    organizationId: column('organization_id') as SQL<OrganizationId>,
    namespaceId: column('namespace_id') as SQL<NamespaceId>,
    actor,
    subjectId: id,
  };
}

const nothing = sql``;

/** SQL: the event's data, read from the run's row. */
export function eventData(id: RunId, more: SQL = nothing): SQL {
  return sql`(select json_object('plugin', ${runs.pluginName}, 'version', ${runs.version}, 'deployment_id', ${runs.deploymentId}${more}) from ${runs} where ${runs.id} = ${id})`;
}

const counts = sql`, 'rows', ${runs.rows}, 'done', ${runs.done}, 'failed', ${runs.failed}`;

/** Ends a run that can't continue, if its state allows that. Finished rows are kept. Chunks in progress are taken back. */
export function endStatements(
  deps: WriteDeps,
  id: RunId,
  status: Extract<RunState, 'failed' | 'cancelled'>,
  { actor = systemActor, error = null }: { actor?: ActorRef; error?: string | null } = {},
  condition: SQL = sql`true`,
): Statement[] {
  const { db, clock } = deps;
  const now = clock.now();
  const token = newLeaseToken();
  const common = { ...runEvent(id, actor), data: eventData(id, sql`${counts}, 'error', ${runs.error}`) };
  const isEnded = sql`exists (select 1 from ${runs} where ${runs.id} = ${id} and ${runs.leaseToken} = ${token})`;
  return [
    db
      .update(runs)
      .set({ status, error, endedAt: now, updatedAt: now, leaseToken: token, leaseUntil: null })
      .where(and(eq(runs.id, id), mayBecome(status), condition)),
    record(
      deps,
      status === 'failed' ? { ...common, type: 'run.failed' } : { ...common, type: 'run.cancelled' },
      previousChanged,
    ),
    db
      .update(runChunks)
      .set({ status: 'waiting', leaseToken: null, leaseUntil: null, slot: null })
      .where(and(eq(runChunks.runId, id), eq(runChunks.status, 'running'), isEnded)),
  ];
}

/** Ends a run if all its rows are done. Follows a statement that may have finished the last ones. */
export function completionStatements(deps: WriteDeps, id: RunId): Statement[] {
  const { db, clock } = deps;
  const now = clock.now();
  const token = newLeaseToken();
  const isComplete = and(
    eq(runs.id, id),
    eq(runs.status, 'running'),
    isNull(runs.endedAt),
    sql`${runs.done} + ${runs.failed} = ${runs.rows}`,
  );
  const ended = (status: RunState) =>
    sql`exists (select 1 from ${runs} where ${runs.id} = ${id} and ${runs.leaseToken} = ${token} and ${runs.status} = ${status})`;
  const data = eventData(id, counts);
  return [
    db
      .update(runs)
      .set({
        status: sql`case when ${runs.failed} = 0 then 'succeeded' when ${runs.failed} = ${runs.rows} then 'failed' else 'partial' end`,
        error: sql`case when ${runs.failed} = ${runs.rows} and ${runs.failed} > 0 then ${everyRowFailed} end`,
        endedAt: now,
        updatedAt: now,
        leaseToken: token,
        leaseUntil: null,
      })
      .where(isComplete),
    record(deps, { ...runEvent(id), type: 'run.succeeded', data }, ended('succeeded')),
    record(deps, { ...runEvent(id), type: 'run.partial', data }, ended('partial')),
    record(
      deps,
      { ...runEvent(id), type: 'run.failed', data: eventData(id, sql`${counts}, 'error', ${runs.error}`) },
      ended('failed'),
    ),
  ];
}

const everyRowFailed = 'Every row failed.';

/** Cancels a run without a caller's request, because something that it needs is gone. */
export async function cancelRunBecause(deps: WriteDeps, id: RunId, error: string): Promise<void> {
  const [first, ...rest] = endStatements(deps, id, 'cancelled', { error });
  if (first) await deps.db.batch([first, ...rest]);
}

/** Fails a run in a batch of its own. */
export async function failRun(deps: WriteDeps, id: RunId, error: string): Promise<void> {
  const [first, ...rest] = endStatements(deps, id, 'failed', { error });
  if (first) await deps.db.batch([first, ...rest]);
}
