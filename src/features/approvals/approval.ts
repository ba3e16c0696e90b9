// Approves versions, which deploys those whose publisher asked for it, and deletes versions that waited too long.
import { and, asc, eq, isNull, lte, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { ownerNamespace } from '../../access/owners.ts';
import { systemActor } from '../../contract/actor.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { sendIfEnqueued } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { pickSome } from '../../events/send-all.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { enforcement } from '../../registry/grants/grants.ts';
import { announceChange } from '../../registry/versions/changes.ts';
import { deleteVersionStatements } from '../../registry/versions/deletion.ts';
import { eachVersion } from '../../registry/versions/each-version.ts';
import { type PluginVersion, versionSlug } from '../../registry/versions/versions.ts';
import { deployPublished, latestDeployment } from '../../rollouts/deploy-published.ts';
import { type Decided, type Decision, decideVersion } from './decide-version.ts';

/** Decides a staged version. An approval requests the deployment that the publisher asked for, in the approver's name. */
export async function decide(
  deps: Deps,
  actor: Actor,
  subject: Parameters<typeof decideVersion>[2],
  decision: Decision,
): Promise<Decided & { deployment: Deployment | undefined }> {
  const decided = await decideVersion(deps, actor, subject, decision);
  const { upload, version } = decided;
  announceChange(deps, version.id);
  if (!upload?.toDeploy) return { ...decided, deployment: undefined };
  await deployPublished(deps, { upload, version });
  const [after] = await deps.db.select().from(uploads).where(eq(uploads.id, upload.id));
  return { version, upload: after, deployment: await latestDeployment(deps, version) };
}

/** Selects versions that waited too long. The condition is literal, to match the index. */
export function selectStageEnded({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(
      and(
        sql`${pluginVersions.stage} = 'staged'`,
        isNull(pluginVersions.deletedAt),
        lte(pluginVersions.stagedUntil, clock.now()),
      ),
    )
    .orderBy(asc(pluginVersions.stagedUntil))
    .limit(sweepLimits.pickedFrom);
}

export async function sweepStages(deps: Deps): Promise<void> {
  const ended = await selectStageEnded(deps);
  await eachVersion(deps, pickSome(ended, sweepLimits.changedByMany), removeStaged);
}

async function removeStaged(deps: Deps, version: PluginVersion): Promise<void> {
  const { id, organizationId, ownerId, pluginId } = version;
  const isStaged = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${id} and ${pluginVersions.stage} = 'staged' and ${pluginVersions.deletedAt} is null)`;
  const event = { organizationId, namespaceId: ownerNamespace(ownerId), actor: systemActor, subjectId: id };
  const data = { plugin_id: versionSlug(version) };
  const deletion = {
    actor: systemActor,
    enforcement: enforcement(deps, pluginId),
    condition: eq(pluginVersions.stage, 'staged'),
  };
  await deps.db.batch([
    record(deps, { ...event, type: 'version.stage_expired', data }, isStaged),
    ...deleteVersionStatements(deps, version, deletion),
  ]);
  deps.defer(sendIfEnqueued(deps, deletion.enforcement));
}
