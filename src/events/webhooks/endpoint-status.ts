// Whether an endpoint is told anything: enabled and disabled, by request or by what its receiver answers.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../../contract/events.ts';
import type { DisableReason } from '../../contract/states.ts';
import type { EndpointId } from '../../core/ids.ts';
import { previousChanged, type Statement } from '../../db/client.ts';
import { deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../record.ts';
import { type Endpoint, type EndpointManager, eventOf, newestSeq, selectEndpoint, visibleTo } from './endpoints.ts';

/** What happened while it was disabled it isn't told, unless it is recovered. */
export async function enableEndpoint(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  who: EndpointManager,
  id: EndpointId,
): Promise<Endpoint | undefined> {
  const { db, clock } = deps;
  const fresh = { disableReason: null, failingSince: null, lastFailureAt: null, pausedUntil: null };
  const [, , [endpoint]] = await db.batch([
    db
      .update(endpoints)
      .set({ ...fresh, status: 'enabled', eventCursor: newestSeq, updatedAt: clock.now() })
      .where(and(eq(endpoints.id, id), visibleTo(who), eq(endpoints.status, 'disabled'))),
    record(deps, { ...eventOf(who, id), type: 'webhook.enabled' }, previousChanged),
    selectEndpoint(db, who, id),
  ]);
  return endpoint;
}

export async function disableEndpoint(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  who: EndpointManager,
  id: EndpointId,
): Promise<Endpoint | undefined> {
  const [, , , [endpoint]] = await deps.db.batch([
    ...disableStatements(deps, { id, organizationId: who.organizationId }, 'request', who.ref, visibleTo(who)),
    selectEndpoint(deps.db, who, id),
  ]);
  return endpoint;
}

/** Statements that disable it where the condition holds of its row. What it was still to be told has failed. */
export function disableStatements(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { id, organizationId }: Pick<Endpoint, 'id' | 'organizationId'>,
  because: DisableReason,
  actor: ActorRef,
  condition: SQL | undefined,
): [Statement, Statement, Statement] {
  const { db, clock } = deps;
  const now = clock.now();
  const disabled = sql`exists (select 1 from ${endpoints} where ${endpoints.id} = ${id} and ${endpoints.status} = 'disabled')`;
  return [
    db
      .update(endpoints)
      .set({ status: 'disabled', disableReason: because, leaseToken: null, leaseUntil: null, updatedAt: now })
      .where(and(eq(endpoints.id, id), eq(endpoints.status, 'enabled'), condition)),
    record(
      deps,
      { organizationId, namespaceId: null, subjectId: id, actor, type: 'webhook.disabled', data: { because } },
      previousChanged,
    ),
    db
      .update(deliveries)
      .set({ status: 'failed', nextAt: null, updatedAt: now })
      .where(and(eq(deliveries.endpointId, id), eq(deliveries.status, 'pending'), disabled)),
  ];
}
