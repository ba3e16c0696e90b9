// Moves plugins to the larger container that replaces their shared one. It is already running, so their next start is fast. The smaller
// one ends their instances only after their calls in progress.
import { and, eq, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { SharedPlace } from '../../contract/plugin/placement.ts';
import { deployments, isPacked } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import type { Deployment } from '../../pointers/overview.ts';

type FollowDeps = Pick<Deps, 'db' | 'builder' | 'log' | 'defer'>;

/**
 * Runs when an instance has started in the larger container. Deployments that aren't promoted yet move with the next one. *Dies before
 * the rows change:* the next instance's move repeats this. *Dies after that:* instances without calls go to sleep.
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

/** SQL: the size of the deployment's shared container. */
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
