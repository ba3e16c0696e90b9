// Requeues a later call after its process or machine was lost, or if there was no capacity. A lost call had started in time, so it
// doesn't expire.
import { and, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import { previousChanged } from '../../db/client.ts';
import { released } from '../../db/lease.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import type { LaterCall } from './later-calls.ts';
import { mayBecome } from './states.ts';

/** `hasRun` is true if the plugin had the call when its process or worker died. An unresponsive builder doesn't count. */
export function requeueStatements(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { id, namespaceId, organizationId, runs }: Pick<LaterCall, 'id' | 'namespaceId' | 'organizationId' | 'runs'>,
  condition: SQL,
  { delayMs, hasRun }: { delayMs: number; hasRun: boolean },
) {
  const { db, clock } = deps;
  const now = clock.now();
  const { expiresAt, runs: begun } = laterCallRows;
  const changes = hasRun
    ? { expiresAt: sql`max(${expiresAt}, ${now + laterCalls.expiresInMs})` }
    : { runs: sql`${begun} - 1` };
  const event = { organizationId, namespaceId, actor: systemActor, subjectId: id };
  return [
    db
      .update(laterCallRows)
      .set({
        status: 'queued',
        dueAt: now + delayMs,
        ...changes,
        ...released,
      })
      .where(and(condition, mayBecome('queued'))),
    record(deps, { ...event, type: 'call.requeued', data: { runs } }, previousChanged),
  ] as const;
}
