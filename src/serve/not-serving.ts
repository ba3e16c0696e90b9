// Explains why a plugin or version doesn't answer calls (D64): its deployment is in progress, its deployment failed, or it has none.
import { and, desc, eq, isNotNull, ne, sql } from 'drizzle-orm';
import type { NamespaceId, PluginRowId, VersionId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { readTogether } from '../db/client.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { unfinishedStates } from '../pointers/states.ts';
import { buildingProblem } from '../registry/building.ts';

export interface NotServing {
  namespaceId: NamespaceId;
  /** The version or plugin that has no live pointer. */
  subject: { versionId: VersionId } | { pluginId: PluginRowId };
  /** The name by which the caller called it. */
  name: string;
  /** Message to use if no deployment explains the problem. */
  message: string;
  /** True if publishing deploys it without a request, as for Go plugins. */
  deploysItself?: boolean;
}

/** Returns the problem for a call. Deployments older than the pointer's last move explain nothing. */
export async function notServingProblem({ db }: Pick<Deps, 'db'>, target: NotServing): Promise<Problem> {
  const { namespaceId, subject, name, message, deploysItself = false } = target;
  const [id, column] =
    'versionId' in subject ? [subject.versionId, deployments.versionId] : [subject.pluginId, deployments.pluginId];
  const movedBy = sql`coalesce((select ${livePointers.ticket} from ${livePointers} where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${id}), 0)`;
  const ofSubject = and(eq(deployments.namespaceId, namespaceId), sql`${column} = ${id}`);
  const { newestRows, served } = await readTogether(db, {
    newestRows: db
      .select({ status: deployments.status, error: deployments.error })
      .from(deployments)
      .where(
        and(
          ofSubject,
          ne(deployments.status, 'superseded'),
          deploysItself ? undefined : sql`${deployments.ticket} >= ${movedBy}`,
        ),
      )
      .orderBy(desc(deployments.ticket))
      .limit(1),
    served: db
      .select({ quarantined: pluginVersions.quarantined })
      .from(deployments)
      .innerJoin(pluginVersions, eq(pluginVersions.id, deployments.versionId))
      .where(and(ofSubject, isNotNull(deployments.promotedAt)))
      .orderBy(desc(deployments.ticket))
      .limit(1),
  });
  const [newest] = newestRows;
  const details = { resource: 'plugin', id: name };
  if (newest ? unfinishedStates.includes(newest.status) : deploysItself)
    return buildingProblem(name, 'is still being deployed');
  // Callers don't learn the operator's reason, which is the authors'.
  if (served[0]?.quarantined)
    return new Problem('plugin-withdrawn', `Plugin ${name} is out of service: the operator has withdrawn it`, {
      details,
    });
  if (newest?.status === 'cancelled')
    return new Problem('not-deployed', `${message}. Its newest deployment was cancelled.`, { details });
  if (newest?.status !== 'failed') return new Problem('not-deployed', message, { details });
  const reason = newest.error ?? 'the reason is unknown';
  return new Problem('not-deployed', `${message}. Its newest deployment failed: ${reason}`, {
    hint: 'Fix the cause, and deploy the plugin again.',
    details,
  });
}
