// Deploys plugins with a builder that packs small ones into shared containers.
import { and, eq } from 'drizzle-orm';
import { expect } from 'vitest';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { deploymentStepRows } from '../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { deploymentRow, packingBuilder, requested } from '../../support/scenes/packed.ts';
import type { Scene } from '../../support/scenes/scene.ts';

export function packing(s: Scene, changes: Partial<Deps['builder']> = {}): Deps {
  return { ...s.deps, builder: packingBuilder(s.deps.builder, changes) };
}

export async function packed(s: Scene, name: string, near: Partial<Deps> = {}): Promise<DeploymentId> {
  const id = await requested(s, name, near);
  await advanceDeployment(packing(s), id);
  expect((await deploymentRow(s, id)).status).toBe('promoted');
  return id;
}

export async function verifyLog({ deps }: Scene, id: DeploymentId): Promise<string[]> {
  const [step] = await deps.db
    .select()
    .from(deploymentStepRows)
    .where(and(eq(deploymentStepRows.deploymentId, id), eq(deploymentStepRows.step, 'verify')));
  return (step?.log ?? []).map(({ line }) => line);
}

export const full = 4096 - 128;
