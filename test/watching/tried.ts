// Kills the workers of a deployment, and reads what becomes of it.
import { eq } from 'drizzle-orm';
import { leases, sweepGraceMs } from '../../src/contract/limits/leases.ts';
import { type Interruptions, noMarks, type WorkMarks } from '../../src/core/work-marks.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { claimDeployment } from '../../src/rollouts/steps/claim.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import type { deploy, Scene } from '../support/scenes/scene.ts';

export function interrupted(id: string, counts: Partial<Interruptions>): WorkMarks {
  const none = { hung: 0, stopped: 0 };
  return { ...noMarks, interruptions: (of) => ({ ...none, ...(of === id ? counts : {}) }) };
}

/** Claims the deployment as often as the sweep finds it, by workers that die at once. Returns the number of claims. */
export async function killedClaims(
  { clock, deps, sent }: Scene,
  id: Awaited<ReturnType<typeof deploy>>['id'],
  most: number,
) {
  for (let claims = 0; claims < most; claims++) {
    sent.length = 0;
    clock.advance(leases.deployment.leaseMs + sweepGraceMs + 1);
    await sweepDeployments(deps);
    if (!sent.some((message) => message.id === id) || !(await claimDeployment(deps, id))) return claims;
  }
  return most;
}

export async function read({ deps }: Scene, id: Awaited<ReturnType<typeof deploy>>['id']) {
  const [row] = await deps.db.select().from(deployments).where(eq(deployments.id, id));
  return row;
}
