// Small plugins of a scene's organization, whose deployments share containers.
import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type SharedPlace, sharedPlaceSchema } from '../../../src/contract/plugin/placement.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../src/deps.ts';
import { deploy, publishVersion, type Scene } from './scene.ts';

/** Wraps the test builder so that its instances have containers and use little memory. */
export function packingBuilder(builder: Deps['builder'], changes: Partial<Deps['builder']> = {}): Deps['builder'] {
  const memory = { bytes: 60 * 2 ** 20, peak_bytes: 60 * 2 ** 20 };
  const status: Deps['builder']['status'] = async (id) => {
    const known = await builder.status(id);
    return known && { ...known, sandbox: 'namespaces', memory };
  };
  return { ...builder, hasContainers: true, status, ...changes };
}

/** Publishes the plugin and requests its deployment. */
export async function requested(s: Scene, name: string, near: Partial<Deps> = {}): Promise<DeploymentId> {
  const version = await publishVersion(s.deps, s.actor, s.namespaceId, { name });
  return (await deploy({ ...s, deps: { ...s.deps, ...near }, version })).id;
}

export async function deploymentRow({ deps }: Scene, id: DeploymentId) {
  const [row] = await deps.db.select().from(deployments).where(eq(deployments.id, id));
  if (!row) throw new Error(`there is no deployment ${id}`);
  return row;
}

export async function sharedPlace(s: Scene, id: DeploymentId): Promise<SharedPlace | undefined> {
  return (await deploymentRow(s, id)).placement.shared;
}

/** Moves a deployment to a different place in a container. */
export async function putIn(
  s: Scene,
  id: DeploymentId,
  shared: z.input<typeof sharedPlaceSchema> | undefined,
): Promise<void> {
  const { shared: _, ...own } = (await deploymentRow(s, id)).placement;
  const placement = shared ? { ...own, shared: sharedPlaceSchema.parse(shared) } : own;
  await s.deps.db.update(deployments).set({ placement }).where(eq(deployments.id, id));
}
