// Reports what a plugin's deployment would lack, based on its manifest alone, so the plugin needn't be published.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { visibleTo } from '../../access/visible-namespaces.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { GpuStep } from '../../contract/plugin/hardware.ts';
import type { Missing } from '../../contract/plugin/missing.ts';
import { type Permissions, requestedPermissions } from '../../contract/plugin/permissions.ts';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { namespaces } from '../../db/schema/access.ts';
import { plugins } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { fallbackOf, missingGpus } from './gpus.ts';
import { type Asked, askedByManifest, namespaceWhere, readProvisions } from './provisions.ts';

export interface DeclaredRequirements {
  name: string;
  /** True if the organization owns the plugin. */
  shared: boolean;
  permissions: Permissions | undefined;
  models?: string[] | null | undefined;
  compute_profile?: JsonObject | null | undefined;
  gpu_steps?: GpuStep[] | null | undefined;
  serve_config?: JsonObject | null | undefined;
}

/** Makes one D1 round trip. A local run's organization grants whatever its plugins ask for, so no grant is missing there. */
export async function checkRequirements(
  deps: Pick<Deps, 'builder' | 'db' | 'dataKey' | 'features' | 'grantingOrganization'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, shared, permissions, models, compute_profile = null, gpu_steps, serve_config = null }: DeclaredRequirements,
): Promise<Missing[]> {
  requireScope(actor, 'plugins:read');
  const visible = sql<NamespaceId>`(select ${namespaces.id} from ${namespaces} where ${and(visibleTo(actor), eq(namespaces.id, namespaceId))})`;
  const asked: Asked = {
    plugin: { kind: 'extractor', name, isShared: shared },
    label: name,
    pluginId: pluginIdOf(name, shared ? sql`${actor.organizationId}` : visible),
    organizationId: actor.organizationId,
    permissions: requestedPermissions({ manifest: { permissions }, definition: null }),
    ...askedByManifest({ models: models ?? [], compute_profile, gpu_steps, serve_config }),
  };
  const { hardware, organizationId } = asked;
  const fallback = await fallbackOf(deps, hardware, organizationId);
  const { missing, namespace, place } = await readProvisions(deps, namespaceWhere(visible, asked, fallback), asked);
  if (namespace === null) throw notFound('namespace', namespaceId);
  const all = [...missing, ...(await missingGpus(deps, asked, place))];
  const isGranted = actor.organizationId === deps.grantingOrganization;
  return all.filter(({ kind }) => kind !== 'grants' || !isGranted);
}

function pluginIdOf(name: string, ownerId: SQL): SQL<PluginRowId> {
  return sql<PluginRowId>`(select ${plugins.id} from ${plugins} where ${plugins.ownerId} = ${ownerId} and ${plugins.kind} = 'extractor' and ${plugins.name} = ${name})`;
}
