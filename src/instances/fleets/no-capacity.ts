// Records that an instance could not start because no container was free. The operator then has to raise `max_instances`.
import { sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { containerLimits } from '../../contract/limits/containers.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { events } from '../../db/schema/events.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import type { Deployment } from '../../pointers/overview.ts';

/** Does nothing for other errors. Writes at most one event per deployment in `noCapacityEventMs`, however many calls fail. */
export async function recordNoCapacity(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  deployment: Pick<Deployment, 'id' | 'namespaceId'> & { organizationId: OrganizationId },
  error: unknown,
): Promise<void> {
  if (!(error instanceof BuilderError) || error.code !== 'no-capacity') return;
  const { id, namespaceId, organizationId } = deployment;
  const type = 'instance.no_capacity';
  const since = deps.clock.now() - containerLimits.noCapacityEventMs;
  const isNew = sql`not exists (select 1 from ${events} where ${events.subjectId} = ${id} and ${events.type} = ${type} and ${events.createdAt} > ${since})`;
  const event = { type, organizationId, namespaceId, actor: systemActor, subjectId: id } as const;
  await deps.db.batch([record(deps, event, isNew)]);
}
