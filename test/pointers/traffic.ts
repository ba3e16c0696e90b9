// Deploys and undeploys versions.
import { and, eq, sql } from 'drizzle-orm';
import { deployments, livePointers } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import type { PluginVersion } from '../../src/registry/versions/versions.ts';
import { deploy, type Scene } from '../support/scenes/scene.ts';

export async function live(s: Scene, version: PluginVersion = s.version): Promise<string> {
  const { id } = await deploy({ ...s, version });
  await advanceDeployment(s.deps, id);
  return id;
}

export async function statusOf(s: Scene, id: string): Promise<string | undefined> {
  const [row] = await s.deps.db.select().from(deployments).where(sql`${deployments.id} = ${id}`).limit(1);
  return row?.status;
}

/** Returns the live version for the plugin's name. */
export async function named({ deps, namespaceId, version }: Scene): Promise<string | null | undefined> {
  const [row] = await deps.db
    .select()
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), eq(livePointers.subjectId, version.pluginId)));
  return row?.targetId;
}

export function undeploy({ deps, namespaceId, version, actor }: Scene): Promise<void> {
  return undeployVersion(deps, namespaceId, version, actor.ref);
}
