// Queues a call again whose process or machine died, or that found no room.
import { and, type SQL } from 'drizzle-orm';
import { systemActor } from '../../contract/events/events.ts';
import { previousChanged } from '../../db/client.ts';
import { released } from '../../db/lease.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import type { LaterCall } from './later-calls.ts';
import { mayBecome } from './states.ts';

export function requeueStatements(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { id, namespaceId, organizationId, runs }: Pick<LaterCall, 'id' | 'namespaceId' | 'organizationId' | 'runs'>,
  condition: SQL,
  delayMs: number,
) {
  const { db, clock } = deps;
  const event = { organizationId, namespaceId, actor: systemActor, subjectId: id };
  return [
    db
      .update(laterCallRows)
      .set({ status: 'queued', dueAt: clock.now() + delayMs, ...released })
      .where(and(condition, mayBecome('queued'))),
    record(deps, { ...event, type: 'call.requeued', data: { runs } }, previousChanged),
  ] as const;
}
