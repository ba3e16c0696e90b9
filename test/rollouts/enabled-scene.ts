// An organization plugin in a namespace.
import { and, eq } from 'drizzle-orm';
import { deployments, livePointers } from '../../src/db/schema/deploy.ts';
import { events } from '../../src/db/schema/events.ts';
import type { PluginVersion } from '../../src/registry/versions/versions.ts';
import { disablePlugin, enablePlugin } from '../../src/rollouts/enabling.ts';
import { textOf } from '../support/json-text.ts';
import { publishVersion, type Scene, scene } from '../support/scenes/scene.ts';

export const id = 'shared_ext_1_0_0';

interface Shared extends Scene {
  shared: PluginVersion;
}

/** Creates an organization plugin that is not enabled in any namespace. */
export async function sharing(realtime = true): Promise<Shared> {
  const s = await scene();
  const options = { name: 'shared_ext', realtime };
  return { ...s, shared: await publishVersion(s.deps, s.actor, s.actor.organizationId, options) };
}

export function enable({ deps, actor, namespaceId }: Shared, parameters: Record<string, string> | null = null) {
  return enablePlugin(
    deps,
    actor,
    { namespaceId, pluginId: id },
    { parameters: parameters && textOf(parameters), deploy: true },
  );
}

export function disable({ deps, actor, namespaceId }: Shared) {
  return disablePlugin(deps, actor, namespaceId, id);
}

export async function attempts({ deps, shared }: Shared): Promise<string[]> {
  const rows = await deps.db.select().from(deployments).where(eq(deployments.versionId, shared.id));
  return rows.map(({ status }) => status);
}

export async function eventCount(
  { deps, shared }: Shared,
  type: 'plugin.enabled' | 'plugin.disabled',
): Promise<number> {
  const rows = await deps.db
    .select()
    .from(events)
    .where(and(eq(events.subjectId, shared.id), eq(events.type, type)));
  return rows.length;
}

export async function liveHere({ deps, namespaceId, shared }: Shared): Promise<boolean> {
  const rows = await deps.db
    .select()
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), eq(livePointers.subjectId, shared.id)));
  return rows.some(({ targetId }) => targetId !== null);
}
