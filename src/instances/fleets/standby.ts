// Puts instances on standby if their version is not live, so they sleep sooner (D39). This is a hint to the builder. Every call repeats
// it with a ticket that orders hints, so losing one only costs the longer idle time.
import { and, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { fleetInstanceIds } from '../../contract/builder/fleets.ts';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { deployments, livePointers, promotions } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { isPointerTarget } from '../../pointers/pointers.ts';
import { servingVersionId } from '../../pointers/rollback-targets.ts';

const pointer = alias(livePointers, 'pointer');

interface Moved {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  /** The promoted deployment. */
  id?: Deployment['id'];
}

/** More than one: two promotions in quick succession, or a lost announcement, leave several versions awake. */
const announcedVersions = 3;

/** Selects the previously live versions, and the promoted deployment if it did not take the name, for a batch. */
export function selectForStandby(db: Deps['db'], { namespaceId, pluginId, id }: Moved) {
  const serving = servingVersionId(namespaceId, pluginId);
  const servedBefore = sql`(select ${promotions.versionId} from ${promotions}
    where ${promotions.namespaceId} = ${namespaceId} and ${promotions.pluginId} = ${pluginId} and ${promotions.versionId} is not ${serving}
    order by ${promotions.ticket} desc limit ${announcedVersions})`;
  const targets = sql`select ${livePointers.targetId} from ${livePointers}
    where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} in ${servedBefore}`;
  return db
    .select({ id: deployments.id, scaling: deployments.scaling, ticket: nameTicket(namespaceId, pluginId) })
    .from(deployments)
    .where(
      and(
        sql`${deployments.id} in (${targets}${id === undefined ? sql`` : sql` union all select ${id}`})`,
        eq(deployments.namespaceId, namespaceId),
        eq(deployments.type, 'realtime'),
        sql`${deployments.versionId} is not ${serving}`,
        isPointerTarget(sql`${deployments.id}`),
      ),
    );
}

/** SQL: the ticket with which the plugin's name last moved. */
function nameTicket(namespaceId: NamespaceId, pluginId: PluginRowId) {
  return sql<number>`coalesce((select ${pointer.ticket} from ${livePointers} ${pointer} where ${pointer.namespaceId} = ${namespaceId} and ${pointer.subjectId} = ${pluginId}), 0)`;
}

export async function announceStandby(
  { builder, log }: Pick<Deps, 'builder' | 'log'>,
  rows: (Pick<Deployment, 'id' | 'scaling'> & { ticket: number })[],
): Promise<void> {
  for (const { id, scaling, ticket } of rows)
    for (const instanceId of fleetInstanceIds(id, scaling))
      await builder
        .standBy(instanceId, ticket)
        .catch((cause) => log.warn('instance.standby_failed', { deployment: id, cause }));
}
