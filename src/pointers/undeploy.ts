// Undeploys a version on request (D8), when it or its namespace is deleted (D16, D17), or when it is disabled (D18).
import { sql } from 'drizzle-orm';
import type { ActorRef } from '../contract/actor.ts';
import { deploymentLimits } from '../contract/limits/deployments.ts';
import type { NamespaceId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../events/outbox.ts';
import { disableStatements } from '../registry/versions/enabled.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { emptyPointerStatements } from './promote.ts';

export type UndeployDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'queues' | 'log' | 'defer' | 'policyVersion' | 'features'
>;

/** Empties the version's pointers in the namespace and cancels its runs, in one batch. Idempotent. */
export async function undeployVersion(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  version: Undeployable,
  actor: ActorRef,
): Promise<void> {
  await undeployTogether(deps, namespaceId, [version], { actor, stopsWork: true, givesUp: actor.type !== 'system' });
}

type Undeployable = Pick<PluginVersion, 'id' | 'pluginId' | 'organizationId'>;

export interface Undeploying {
  actor: ActorRef;
  /** Additional statements for the batch. */
  also?: Statement[];
  /** True if a user requested the undeployment and may want the code to stop. Otherwise, work in progress continues until it ends. */
  stopsWork?: boolean;
  /** True if a rollback must not go back to the versions, because a person undeployed them for themselves. */
  givesUp?: boolean;
}

/** Undeploys several versions of one plugin. */
export async function undeployTogether(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  versions: [Undeployable, ...Undeployable[]],
  { actor, also = [], givesUp = false, stopsWork = false }: Undeploying,
): Promise<void> {
  const [{ pluginId, organizationId }] = versions;
  const stop = outboxMessage(
    deps,
    'deployments',
    { v: 1, type: 'stop-instances', id: pluginId },
    deploymentLimits.pointerDrainMs,
  );
  const statements = versions.flatMap((version) =>
    emptyPointerStatements(deps, { organizationId, namespaceId, pluginId, versionId: version.id }, { actor, givesUp }),
  );
  const stopWork = (stopsWork ? versions : [])
    .flatMap(({ id }) => deps.features.flatMap(({ stopping }) => stopping?.({ id, namespaceId }) ?? []))
    .map((message) => outboxMessage(deps, 'deployments', message));
  const enqueued = stopWork.map((message) => enqueue(deps, message, sql`true`));
  await deps.db.batch([enqueue(deps, stop, sql`true`), ...enqueued, ...statements, ...also]);
  for (const message of [stop, ...stopWork]) deps.defer(sendNow(deps, message));
}

/** Undeploys the version in the namespace and disables it there, in one batch (D18). */
export async function disableVersion(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  version: PluginVersion,
  actor: ActorRef,
): Promise<void> {
  const also = disableStatements(deps, { namespaceId, version, actor });
  await undeployTogether(deps, namespaceId, [version], { actor, also, stopsWork: true, givesUp: true });
}
