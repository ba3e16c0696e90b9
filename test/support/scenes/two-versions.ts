// Rolls hello_ext back in a scene, and reads the active and live versions afterwards.
import { and, asc, eq } from 'drizzle-orm';
import { parseVersion } from '../../../src/contract/plugin/manifest.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { deployments, livePointers } from '../../../src/db/schema/deploy.ts';
import { plugins } from '../../../src/db/schema/registry.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import type { PluginVersion } from '../../../src/registry/versions/versions.ts';
import { type Rollback, rollBack } from '../../../src/rollouts/rollback/rollback.ts';
import { deploy, publishVersion, type Scene, scene } from './scene.ts';

export interface Two extends Scene {
  v0: PluginVersion;
  v1: PluginVersion;
}

/** Publishes 1.0.0 and 1.0.1 without deploying them. */
export async function two(): Promise<Two> {
  const s = await scene();
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1' });
  return { ...s, v0: s.version, v1 };
}

export async function live(
  s: Scene,
  version: PluginVersion,
  type: 'realtime' | 'batch_only' = 'realtime',
): Promise<DeploymentId> {
  const { id } = await deploy({ ...s, version }, type);
  if (type === 'realtime') await advanceDeployment(s.deps, id);
  return id;
}

export function back(s: Scene, version?: string, message: string | null = null): Promise<Rollback> {
  const number = version === undefined ? undefined : parseVersion(version);
  return rollBack(s.deps, s.actor, s.namespaceId, {
    name: 'hello_ext',
    message,
    ...(number ? { version: number } : {}),
  });
}

export async function active({ deps, version }: Scene): Promise<string | null | undefined> {
  const [plugin] = await deps.db.select().from(plugins).where(eq(plugins.id, version.pluginId));
  return plugin?.activeVersionId;
}

/** Returns the version that is live for the plugin's name. */
export async function named({ deps, namespaceId, version }: Scene): Promise<string | null | undefined> {
  const [row] = await deps.db
    .select()
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), eq(livePointers.subjectId, version.pluginId)));
  return row?.targetId;
}

export async function attemptsOf({ deps }: Scene, version: PluginVersion) {
  return deps.db
    .select()
    .from(deployments)
    .where(eq(deployments.versionId, version.id))
    .orderBy(asc(deployments.generation));
}

export async function finish(s: Scene, { traffic }: Rollback): Promise<void> {
  if (traffic.state !== 'deploying') throw new Error(`nothing is under way: ${traffic.state}`);
  await advanceDeployment(s.deps, traffic.deploymentId);
}
