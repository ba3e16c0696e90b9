// Steps of deployments that the tests cancel and retry.
import { eq } from 'drizzle-orm';
import type { DeploymentId } from '../../src/core/ids.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { cancelDeployment } from '../../src/retirement/cancel.ts';
import { retryDeployment } from '../../src/rollouts/request-deployment.ts';
import { type ClaimedDeployment, claimDeployment } from '../../src/rollouts/steps/claim.ts';
import { abandonDeployment } from '../../src/rollouts/steps/retry-policy.ts';
import { runStep } from '../support/scenes/deployment-steps.ts';
import { deploy, type Scene } from '../support/scenes/scene.ts';

export function cancel({ deps, actor, namespaceId }: Scene, id: DeploymentId) {
  return cancelDeployment(deps, actor, namespaceId, id);
}

export function retry({ deps, actor, namespaceId }: Scene, id: DeploymentId) {
  return retryDeployment(deps, actor, namespaceId, id);
}

export async function rowOf({ deps }: Scene, id: DeploymentId) {
  const [row] = await deps.db.select().from(deployments).where(eq(deployments.id, id)).limit(1);
  if (!row) throw new Error('the deployment is gone');
  return row;
}

export async function claim({ deps }: Scene, id: DeploymentId): Promise<ClaimedDeployment> {
  const work = await claimDeployment(deps, id);
  if (!work) throw new Error('not claimed');
  return work;
}

const way = [
  ['building', 'build'],
  ['starting', 'start'],
  ['verifying', 'verify'],
  ['ready', 'promote'],
] as const;

/** Claims the deployment, and runs its steps up to this state. */
export async function workerAt(s: Scene, id: DeploymentId, state: string): Promise<ClaimedDeployment> {
  const work = await claim(s, id);
  for (const [next, step] of way.slice(0, way.findIndex(([name]) => name === state) + 1))
    await runStep(s.deps, work, { state: next, step }, async () => {});
  return work;
}

export const conflict = (status: string) => ({ code: 'conflict', details: { resource: 'deployment', status } });

export const ends: [string, (s: Scene, id: DeploymentId) => Promise<unknown>][] = [
  ['cancelled', cancel],
  ['superseded', (s) => deploy(s, 'batch_only')],
  ['failed', ({ deps }, id) => abandonDeployment(deps, id)],
];

export async function failed(s: Scene): Promise<DeploymentId> {
  const { id } = await deploy(s);
  await abandonDeployment(s.deps, id);
  return id;
}
