// Puts instances on standby whose version does not serve its plugin's name: they sleep sooner (D39). A hint to the builder, which every
// call repeats: one that is lost only costs the longer idle time.
import { and, eq, sql } from 'drizzle-orm';
import type { NamespaceId, PluginRowId, VersionId } from '../../core/ids.ts';
import { deployments, livePointers, promotions } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import type { Deployment } from '../overview.ts';
import { isPointerTarget } from '../promote.ts';
import { servingVersionId } from '../rollback-targets.ts';

interface Moved {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  /** The deployment that was promoted. */
  id?: Deployment['id'];
}

/** Puts the version that served the name before on standby, and the promoted deployment if it did not take the name. */
export async function putOnStandby(deps: Pick<Deps, 'db' | 'builder' | 'log'>, moved: Moved): Promise<void> {
  await announceStandby(deps, await selectForStandby(deps.db, moved));
}

/** Selects the deployments that `putOnStandby` is about, for a batch. */
export function selectForStandby(db: Deps['db'], { namespaceId, pluginId, id }: Moved) {
  const serving = servingVersionId(namespaceId, pluginId);
  const servedBefore = sql<VersionId>`(select ${promotions.versionId} from ${promotions}
    where ${promotions.namespaceId} = ${namespaceId} and ${promotions.pluginId} = ${pluginId} and ${promotions.versionId} is not ${serving}
    order by ${promotions.ticket} desc limit 1)`;
  const target = sql`select ${livePointers.targetId} from ${livePointers}
    where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${servedBefore}`;
  return db
    .select({ id: deployments.id })
    .from(deployments)
    .where(
      and(
        sql`${deployments.id} in (${target}${id === undefined ? sql`` : sql` union all select ${id}`})`,
        eq(deployments.namespaceId, namespaceId),
        eq(deployments.type, 'realtime'),
        sql`${deployments.versionId} is not ${serving}`,
        isPointerTarget(sql`${deployments.id}`),
      ),
    );
}

export async function announceStandby(
  { builder, log }: Pick<Deps, 'builder' | 'log'>,
  rows: Pick<Deployment, 'id'>[],
): Promise<void> {
  for (const { id } of rows)
    await builder.standBy(id).catch((cause) => log.warn('instance.standby_failed', { deployment: id, cause }));
}
