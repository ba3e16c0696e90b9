// Deploys a push's version, and ends the push when the deployment ends.
import { and, eq, sql } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { emptyObject } from '../../core/json/text.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { removeVersion } from '../../pointers/remove-version.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { latestDeployment } from '../../rollouts/deploy-published.ts';
import { createDeployment } from '../../rollouts/request-deployment.ts';
import type { DeployHook } from './deploy-hooks.ts';
import { activeVersion } from './publication.ts';
import { failPush, type Run } from './push-outcomes.ts';
import { changePush, hookActor, type Push, pushData } from './push-statements.ts';
import { deployHooks, pushes } from './tables.ts';

/**
 * Requests a deployment of the published version, or redeploys the active one if nothing was published. Until that deployment ends, the
 * push is `deploying`.
 */
export async function requestPushDeployment(deps: Deps, run: Run, published: PluginVersion | undefined): Promise<void> {
  const { hook, push } = run;
  const version = published ?? (await activeVersion(deps, run));
  const namespaceId = ownerNamespace(hook.ownerId);
  const deployment =
    version && namespaceId !== null
      ? await deploymentFor(deps, run, { version, namespaceId, again: published === undefined })
      : undefined;
  if (!version || !deployment)
    return failPush(deps, run, { code: 'plugin-not-found', message: `${hook.pluginName} no longer exists.` });
  const commitHash = push.commitHash ?? version.source?.commit ?? null;
  await changePush(deps, hook, push, {
    from: ['running'],
    set: { status: 'deploying', deploymentId: deployment.id, versionId: version.id, commitHash },
    event: {
      type: 'push.deploying',
      data: { ...pushData(push), version_id: version.id, deployment_id: deployment.id },
    },
  });
  await settlePush(deps, push.id);
}

/**
 * Returns a deployment that already exists if the pipeline made it, as for Go plugins, or if a worker requested it for this push and
 * died.
 */
async function deploymentFor(
  deps: Deps,
  { hook, push }: Run,
  {
    version,
    namespaceId,
    again,
  }: { version: PluginVersion; namespaceId: NonNullable<ReturnType<typeof ownerNamespace>>; again: boolean },
): Promise<Deployment | undefined> {
  const latest = await latestDeployment(deps, version);
  if (latest && latest.createdAt >= push.createdAt && latest.createdBy.id === hook.id) return latest;
  const request = {
    namespaceId,
    version,
    type: 'realtime' as const,
    parameters: emptyObject,
    release: hook.release,
    actor: hookActor(hook),
  };
  return createDeployment(deps, request, { onlyIfMissing: !again });
}

/** Ends the pushes waiting for this deployment, if it has ended. */
export async function settleDeployment(deps: Deps, id: DeploymentId): Promise<void> {
  const waiting = await deps.db
    .select({ id: pushes.id })
    .from(pushes)
    .where(sql`${pushes.deploymentId} = ${id} and ${pushes.status} = 'deploying'`);
  for (const push of waiting) await settlePush(deps, push.id);
}

/** Ends the push if its deployment has ended. */
export async function settlePush(deps: Deps, id: Push['id']): Promise<void> {
  const [row] = await deps.db
    .select({ push: pushes, hook: deployHooks, deployment: deployments })
    .from(pushes)
    .innerJoin(deployHooks, eq(deployHooks.id, pushes.hookId))
    .innerJoin(deployments, eq(deployments.id, pushes.deploymentId))
    .where(and(eq(pushes.id, id), sql`${pushes.status} = 'deploying'`));
  if (!row) return;
  const { push, hook, deployment } = row;
  switch (deployment.status) {
    case 'promoted':
    case 'stopped':
      return recordLive(deps, hook, push, deployment);
    case 'failed':
      await removeFailedInstall(deps, hook, push);
      return failPush(
        deps,
        { hook, push },
        { code: 'start-failed', message: deployment.error ?? 'It could not start.' },
      );
    case 'superseded':
    case 'cancelled': {
      const message = `Its deployment was ${deployment.status} before it went live.`;
      return failPush(deps, { hook, push }, { code: `deployment-${deployment.status}`, message });
    }
  }
}

async function recordLive(deps: Deps, hook: DeployHook, push: Push, { id, versionId }: Deployment): Promise<void> {
  const data = { ...pushData(push), version_id: versionId, deployment_id: id, commit: push.commitHash };
  await changePush(deps, hook, push, {
    from: ['deploying'],
    set: { status: 'live', endedAt: deps.clock.now() },
    event: { type: 'push.live', data },
  });
}

/** Removes a Go plugin version that can't start, as an API install does, so that the previous version is active again. */
async function removeFailedInstall(deps: Deps, hook: DeployHook, { uploadId, versionId }: Push): Promise<void> {
  if (hook.kind === 'extractor' || uploadId === null || versionId === null) return;
  const [made] = await deps.db
    .select({ version: pluginVersions })
    .from(uploads)
    .innerJoin(pluginVersions, eq(pluginVersions.id, uploads.versionId))
    .where(and(eq(uploads.id, uploadId), eq(uploads.versionId, versionId)));
  if (made) await removeVersion(deps, made.version, hookActor(hook));
}
