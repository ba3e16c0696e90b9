// Lets plugins follow into the larger container that theirs has become. It runs already, so that their next start there is short, and the smaller one
// ends their instances only after the calls that these have.
import { and, eq, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { SharedPlace } from '../../contract/plugin/placement.ts';
import { deployments, isPacked } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import type { Deployment } from '../overview.ts';

type FollowDeps = Pick<Deps, 'db' | 'builder' | 'log' | 'defer'>;

/**
 * Called when an instance runs in the larger container. Those that are not promoted yet stay until the next one comes. *Dies before the rows
 * change:* the next one that comes makes up for it. *Dies after that:* what nobody calls any more goes to sleep.
 */
export async function followInto(
  deps: FollowDeps,
  { organizationId }: Pick<Deployment, 'organizationId'>,
  { container, size }: SharedPlace,
): Promise<void> {
  if (size === 'basic') return;
  const isSmaller = and(
    eq(deployments.organizationId, organizationId),
    isPacked(),
    eq(deployments.status, 'promoted'),
    sql`${deployments.placement} ->> '$.shared.container' = ${container}`,
    sql`${containerSize(deployments)} = 'basic'`,
  );
  const moved = await deps.db
    .update(deployments)
    .set({ placement: sql`json_set(${deployments.placement}, '$.shared.size', ${size})` })
    .where(isSmaller)
    .returning({ id: deployments.id, placement: deployments.placement });
  for (const { id, placement } of moved) deps.defer(endSmaller(deps, id, placement));
}

/** SQL: the size of the container that a deployment shares. */
export function containerSize({ placement }: { placement: SQLWrapper }): SQL {
  return sql`coalesce(${placement} ->> '$.shared.size', 'standard-1')`;
}

async function endSmaller(
  { builder, log }: FollowDeps,
  id: Deployment['id'],
  placement: Deployment['placement'],
): Promise<void> {
  if (!placement.shared) return;
  const before = { ...placement, shared: { ...placement.shared, size: 'basic' as const } };
  await builder.stopAt(before, id).catch((cause: unknown) => log.warn('container.not_left', { instance: id, cause }));
}
