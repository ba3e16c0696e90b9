// Enables and disables endpoints, on request or because of the receiver's responses.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../../contract/actor.ts';
import type { DisableReason } from '../../contract/features/webhooks/feature.ts';
import type { EndpointId } from '../../core/ids.ts';
import { previousChanged, type Statement, writeAndRead } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import {
  type Endpoint,
  type EndpointManager,
  endpointEvent,
  newestSeq,
  selectEndpoint,
  visibleTo,
} from './endpoints.ts';
import { deliveries, endpoints } from './tables.ts';

/** Enables the endpoint for future events. Only `recover` delivers events from while it was disabled. */
export async function enableEndpoint(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  manager: EndpointManager,
  id: EndpointId,
): Promise<Endpoint | undefined> {
  const { db, clock } = deps;
  const fresh = {
    disableReason: null,
    failingSince: null,
    lastFailureAt: null,
    pausedUntil: null,
    hangScore: 0,
    timeoutMs: null,
  };
  const enabled = db
    .update(endpoints)
    .set({ ...fresh, status: 'enabled', eventCursor: newestSeq, updatedAt: clock.now() })
    .where(and(eq(endpoints.id, id), visibleTo(manager), eq(endpoints.status, 'disabled')));
  const event = record(deps, { ...endpointEvent(manager, id), type: 'webhook.enabled' }, previousChanged);
  const after = await writeAndRead(db, [enabled, event], { endpoints: selectEndpoint(db, manager, id) });
  return after.endpoints[0];
}

export async function disableEndpoint(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  manager: EndpointManager,
  id: EndpointId,
): Promise<Endpoint | undefined> {
  const { organizationId, ref } = manager;
  const statements = disableStatements(
    deps,
    { id, organizationId },
    { reason: 'request', actor: ref, condition: visibleTo(manager) },
  );
  const after = await writeAndRead(deps.db, statements, { endpoints: selectEndpoint(deps.db, manager, id) });
  return after.endpoints[0];
}

/** Builds the statements that disable the endpoint if the condition on its row holds. Its pending deliveries fail. */
export function disableStatements(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { id, organizationId }: Pick<Endpoint, 'id' | 'organizationId'>,
  { reason, actor, condition }: { reason: DisableReason; actor: ActorRef; condition: SQL | undefined },
): [Statement, Statement, Statement] {
  const { db, clock } = deps;
  const now = clock.now();
  const disabled = sql`exists (select 1 from ${endpoints} where ${endpoints.id} = ${id} and ${endpoints.status} = 'disabled')`;
  return [
    db
      .update(endpoints)
      .set({ status: 'disabled', disableReason: reason, updatedAt: now })
      .where(and(eq(endpoints.id, id), eq(endpoints.status, 'enabled'), condition)),
    record(
      deps,
      { organizationId, namespaceId: null, subjectId: id, actor, type: 'webhook.disabled', data: { because: reason } },
      previousChanged,
    ),
    db
      .update(deliveries)
      .set({ status: 'failed', nextAt: null, updatedAt: now })
      .where(and(eq(deliveries.endpointId, id), sql`${deliveries.status} = 'pending'`, disabled)),
  ];
}
