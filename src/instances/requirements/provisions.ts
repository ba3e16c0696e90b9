// Reads what a version needs beyond its packages: grants, secrets, models, and a cluster. Reports everything missing together.
import { eq, type SQL, sql } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import { StartFailed } from '../../builders/start-failures.ts';
import type { StartError } from '../../contract/builder/start-errors.ts';
import { missingPermissions } from '../../contract/plugin/grants.ts';
import { type AskedHardware, asksForGpu, declaredPlacement, noClusterMessage } from '../../contract/plugin/hardware.ts';
import { formatVersion, type Manifest } from '../../contract/plugin/manifest.ts';
import { formatMissing, type Missing } from '../../contract/plugin/missing.ts';
import type { ModelRef } from '../../contract/plugin/models.ts';
import { type GrantedPlugin, grantCommand, listPermissions } from '../../contract/plugin/permission-text.ts';
import { type Permissions, requestedPermissions } from '../../contract/plugin/permissions.ts';
import type { ExtractorPlacement } from '../../contract/states.ts';
import type { DeploymentId, NamespaceId, OrganizationId, PluginRowId } from '../../core/ids.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { pluginGrants } from '../../db/schema/grants.ts';
import type { Deps } from '../../deps.ts';
import { missingModels, selectModels } from '../../models/model-keys.ts';
import { type Clusters, clustersOf, type OfferedCluster } from '../../points.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { newPlace, type WithFallback } from '../placement.ts';
import { openSecrets, selectSecrets } from '../secrets/asked-secrets.ts';

export type AskingVersion = Pick<
  PluginVersion,
  'pluginId' | 'organizationId' | 'ownerId' | 'kind' | 'name' | 'major' | 'minor' | 'patch' | 'manifest' | 'definition'
>;

/** A plugin's requests. */
export interface Asked {
  plugin: GrantedPlugin;
  /** The plugin's name in messages. */
  label: string;
  pluginId: PluginRowId | SQL;
  permissions: Permissions | undefined;
  models: string[];
  organizationId: OrganizationId;
  hardware: AskedHardware;
  /** Where the manifest puts it. Undefined if the namespace's or the organization's default decides. */
  placement: ExtractorPlacement | undefined;
}

export function askedBy({ manifest, pluginId, ...version }: AskingVersion): Asked {
  const { kind, name, organizationId, ownerId } = version;
  return {
    plugin: { kind, name, isShared: ownerNamespace(ownerId) === null },
    label: kind === 'extractor' ? `${name} ${formatVersion(version)}` : name,
    pluginId,
    organizationId,
    permissions: requestedPermissions({ ...version, manifest }),
    ...(kind === 'extractor' ? askedByManifest(manifest) : { models: [], hardware: {}, placement: 'sandbox' }),
  };
}

type Declared = Pick<Manifest, 'models'> & AskedHardware;

export function askedByManifest(manifest: Declared | null): Pick<Asked, 'models' | 'hardware' | 'placement'> {
  const models = [...new Set(manifest?.models ?? [])];
  return { models, hardware: manifest ?? {}, placement: declaredPlacement(manifest) };
}

export interface StoredModel extends ModelRef {
  sizeBytes: number;
}

/** Provisions for an instance; undefined if the version asks for none. */
export interface Provided {
  secrets: Record<string, string> | undefined;
  models: StoredModel[] | undefined;
}

export interface Provisions {
  /** Null if there is no such namespace. */
  namespace: string | null;
  /** `ray` on a Ray cluster. */
  place: string | null;
  missing: Missing[];
  provided: Provided;
}

type ReadDeps = Pick<Deps, 'db' | 'dataKey' | 'features'>;

/** Where the version runs or would run: SQL expressions for its namespace's ID, and `ray` if it is on a Ray cluster. */
interface Where {
  namespaceId: NamespaceId | SQL;
  place: SQL<string | null>;
}

/** Returns where a deployment's row says that it runs. */
export function deploymentWhere(id: DeploymentId): Where {
  const own = (column: SQL) =>
    sql<string | null>`(select ${column} from ${deployments} where ${deployments.id} = ${id})`;
  return { namespaceId: own(sql`${deployments.namespaceId}`), place: own(sql`${deployments.placement} ->> '$.place'`) };
}

/** Returns where a new deployment in the namespace would run. */
export function namespaceWhere(
  namespaceId: NamespaceId | SQL,
  { organizationId, placement }: Asked,
  fallback: WithFallback = {},
): Where {
  return { namespaceId, place: newPlace(placement, { namespaceId, organizationId, ...fallback }) };
}

/** Makes one D1 round trip. */
export async function readProvisions(deps: ReadDeps, { namespaceId, place }: Where, asked: Asked): Promise<Provisions> {
  const { db } = deps;
  const secretNames = [...new Set(asked.permissions?.secrets ?? [])];
  const clusters = clustersOf(deps);
  const { grants, kept, offered, spaces, stored } = await readTogether(db, {
    ...(clusters && { offered: clusters.select(db, asked.organizationId) }),
    grants: db
      .select({ permissions: pluginGrants.permissions })
      .from(pluginGrants)
      .where(sql`${pluginGrants.pluginId} = ${asked.pluginId}`),
    stored: selectSecrets(db, namespaceId, secretNames),
    kept: selectModels(db, namespaceId, asked.models),
    spaces: db
      .select({ name: namespaces.name, place: qualified(place) })
      .from(namespaces)
      .where(eq(namespaces.id, sql`${namespaceId}`)),
  });
  const { name: namespace = null, place: found = null } = spaces[0] ?? {};
  const opened = await openSecrets(deps, namespace ?? '', secretNames, stored);
  return {
    namespace,
    place: found,
    missing: [
      ...missingGrants(asked, grants[0]?.permissions ?? null),
      ...opened.missing,
      ...missingModels(namespace ?? '', asked.models, kept),
      ...(found === 'ray' ? missingCluster(asked, clusters, offered ?? []) : []),
    ],
    provided: {
      secrets: secretNames.length > 0 ? opened.values : undefined,
      models: asked.models.length > 0 ? kept : undefined,
    },
  };
}

function missingGrants({ label, permissions, plugin }: Asked, granted: Permissions | null): Missing[] {
  const missing = missingPermissions(permissions, granted);
  if (!missing) return [];
  const names = listPermissions(missing);
  const command = grantCommand(plugin, missing);
  const message = `${label} asks for more than it is granted: ${names.join(', ')}. Ask an administrator of the organization to run \`${command}\`.`;
  return [{ kind: 'grants', names, message, commands: [command] }];
}

/** Without a feature that has clusters, no cluster accepts the plugin. */
function missingCluster(asked: Asked, clusters: Clusters | undefined, offered: readonly OfferedCluster[]): Missing[] {
  if (clusters) return clusters.missing(asked, offered);
  return [{ kind: 'cluster', names: [], message: noClusterMessage(asked.hardware), commands: [] }];
}

/** Returns the provisions for an instance of the version. Throws a StartFailed that lists everything missing. */
export async function requireProvisions(deps: ReadDeps, id: DeploymentId, version: AskingVersion): Promise<Provided> {
  const asked = askedBy(version);
  const { missing, provided } = await selectProvisions(deps, deploymentWhere(id), asked);
  if (missing.length > 0) throw lacking(asked, missing);
  return provided;
}

/**
 * Like `readProvisions`, but without a query for a version that asks for nothing. If a default put it on Ray, its start finds out whether
 * a cluster accepts it.
 */
export async function selectProvisions(
  deps: ReadDeps,
  where: Where,
  asked: Asked,
): Promise<Pick<Provisions, 'missing' | 'place' | 'provided'>> {
  const isPlain = asked.placement !== 'ray' && !asksForGpu(asked.hardware);
  const asksForNothing = !asked.permissions && asked.models.length === 0 && isPlain;
  if (!asksForNothing) return readProvisions(deps, where, asked);
  return { missing: [], place: null, provided: { secrets: undefined, models: undefined } };
}

const startErrorCodeOf = {
  grants: 'not-granted',
  secrets: 'secret-missing',
  models: 'model-missing',
  cluster: 'no-cluster',
  gpus: 'needs-gpu',
  packages: 'dependency-not-installed',
} as const satisfies Record<Missing['kind'], StartError['code']>;

/** The failure gets the code of the first reported reason. */
export function lacking({ label, plugin }: Pick<Asked, 'label' | 'plugin'>, missing: Missing[]): StartFailed {
  const code = startErrorCodeOf[missing[0]?.kind ?? 'grants'];
  return new StartFailed({ code, message: formatMissing(label, missing, retryHint(plugin)) });
}

/** `slipway deploy` is only for extractors. */
function retryHint({ kind, name }: GrantedPlugin): string {
  if (kind === 'extractor') return 'Then deploy it again.';
  return `Then call it again; if its deployment failed, run \`slipway deployments retry\` with the ID from \`slipway deployments list ${name}\`.`;
}
