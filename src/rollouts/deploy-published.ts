// Deploys extractors published from Git if the upload requested it.
import { desc } from 'drizzle-orm';
import { ownerNamespace } from '../access/owners.ts';
import { sweepLimits } from '../contract/limits/leases.ts';
import { emptyObject } from '../core/json/text.ts';
import { Problem } from '../core/problem.ts';
import { deployments } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { pickSome, runIsolated } from '../events/send-all.ts';
import type { Deployment } from '../pointers/overview.ts';
import { recordDeploymentRequest, selectPublished, selectUndeployed } from '../registry/uploads/git-uploads.ts';
import type { Upload } from '../registry/uploads/uploads.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { createDeployment, isAttempt } from './request-deployment.ts';

export interface PublishedUpload {
  upload: Upload;
  version: PluginVersion;
}

/** Does nothing if the version is already live. Records a refusal, such as an exceeded quota, with the upload. */
export async function deployPublished(deps: Deps, { upload, version }: PublishedUpload): Promise<void> {
  const namespaceId = ownerNamespace(version.ownerId);
  if (!upload.toDeploy || namespaceId === null) return;
  // Approval requests the deployment.
  if (version.stage === 'staged') return recordDeploymentRequest(deps, upload, null);
  const actor = version.decision?.by ?? upload.createdBy;
  const { release } = upload;
  const request = { namespaceId, version, type: 'realtime' as const, parameters: emptyObject, release, actor };
  try {
    await createDeployment(deps, request, { onlyIfMissing: true });
    await recordDeploymentRequest(deps, upload, null);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    await recordDeploymentRequest(deps, upload, { code: error.code, message: error.message });
  }
}

/** Returns the version's newest deployment in its owner's namespace. */
export async function latestDeployment(
  { db }: Pick<Deps, 'db'>,
  { id, ownerId }: Pick<PluginVersion, 'id' | 'ownerId'>,
): Promise<Deployment | undefined> {
  const namespaceId = ownerNamespace(ownerId);
  if (namespaceId === null) return undefined;
  const [newest] = await db
    .select()
    .from(deployments)
    .where(isAttempt(namespaceId, id))
    .orderBy(desc(deployments.ticket))
    .limit(1);
  return newest;
}

export const publishedStep: DueStep = { step: sweepPublished, due: (deps) => [selectUndeployed(deps)] };

/** Requests missing deployments for accepted uploads whose worker died. */
export async function sweepPublished(deps: Deps): Promise<void> {
  const undeployed = await deps.db.all<Pick<Upload, 'id'>>(selectUndeployed(deps));
  await runIsolated(deps, pickSome(undeployed, sweepLimits.changedByMany), deployUpload);
}

async function deployUpload(deps: Deps, { id }: Pick<Upload, 'id'>): Promise<void> {
  const [published] = await selectPublished(deps.db, id);
  if (published) await deployPublished(deps, published);
}
