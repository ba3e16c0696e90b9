// Quotas as SQL: the usage that the guard of a change compares with the limit in its own statement, and the error if it is exceeded.
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type QuotaResource, quotaResources, quotaTable } from '../contract/quotas.ts';
import type { DeploymentState, DeploymentType } from '../contract/states.ts';
import { isId, type NamespaceId, type OrganizationId, type VersionId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { Db } from './client.ts';
import { quotas } from './schema/access.ts';
import type { OwnerId } from './schema/registry.ts';

export interface Quota {
  resource: QuotaResource;
  /** Usage without the addition. */
  used: SQL<number>;
  allowed: SQL<number>;
  /** SQL: the addition fits. */
  hasRoom: SQL;
}

interface Named {
  organizationId: OrganizationId;
  ownerId: OwnerId;
  name: string;
}

/** Quota for a plugin's name, which the namespace may already have. Plugins of organizations are not counted. */
export function pluginQuota({ organizationId, ownerId, name }: Named): Quota {
  const others = sql<number>`(select count(distinct v.name) from plugin_versions v where v.owner_id = ${ownerId} and v.deleted_at is null and v.name <> ${name})`;
  const limited = quota(organizationId, 'plugins_per_namespace', others);
  return isId('namespace', ownerId) ? limited : unlimited(limited);
}

/** Quota for an archive or a copy of an artifact, which may already be stored. */
export function storageQuota(organizationId: OrganizationId, archive: { sha256: string; sizeBytes: number }): Quota {
  return quota(organizationId, 'stored_bytes', storedBytes(organizationId, archive.sha256), archive.sizeBytes);
}

const current: DeploymentState[] = ['queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted'];

interface Place {
  namespaceId: NamespaceId;
  versionId: VersionId;
}

/** Quota for a live version in a namespace, where it may already be live. Batch-only deployments run nothing and are not counted. */
export function deploymentQuota(organizationId: OrganizationId, type: DeploymentType, here: Place): Quota {
  const limited = quota(organizationId, 'live_deployments', liveDeployments(organizationId, here));
  return type === 'realtime' ? limited : unlimited(limited);
}

export function keyQuota(organizationId: OrganizationId, now: number): Quota {
  return quota(organizationId, 'keys', activeKeys(organizationId, now));
}

export function namespaceQuota(organizationId: OrganizationId): Quota {
  return quota(organizationId, 'namespaces', undeleted('namespaces', organizationId));
}

export function endpointQuota(organizationId: OrganizationId): Quota {
  return quota(organizationId, 'webhook_endpoints', undeleted('webhook_endpoints', organizationId));
}

function storedBytes(organizationId: OrganizationId, excluded: string | null): SQL<number> {
  return sql<number>`(select coalesce(sum(size_bytes), 0) from (select distinct v.sha256, v.size_bytes from plugin_versions v where v.organization_id = ${organizationId} and v.deleted_at is null and v.sha256 is not ${excluded} union select a.checksum, a.size_bytes from agent_artifacts a where a.organization_id = ${organizationId} and a.mirrored and a.yanked_at is null and a.checksum is not ${excluded}))`;
}

function liveDeployments(organizationId: OrganizationId, excluded: Place | null): SQL<number> {
  const named = sql`(d.status <> 'promoted' or exists (select 1 from live_pointers lp where lp.target_id = d.id))`;
  const others = excluded
    ? sql`not (d.namespace_id = ${excluded.namespaceId} and d.version_id = ${excluded.versionId})`
    : sql`true`;
  return sql<number>`(select count(distinct d.namespace_id || d.version_id) from deployments d where d.organization_id = ${organizationId} and d.status in ${current} and d.type = 'realtime' and ${named} and ${others})`;
}

function activeKeys(organizationId: OrganizationId, now: number): SQL<number> {
  return sql<number>`(select count(*) from api_keys k where k.organization_id = ${organizationId} and k.revoked_at is null and (k.expires_at is null or k.expires_at > ${now}))`;
}

function undeleted(table: 'namespaces' | 'webhook_endpoints', organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${sql.identifier(table)} t where t.organization_id = ${organizationId} and t.deleted_at is null)`;
}

function quota(organizationId: OrganizationId, resource: QuotaResource, used: SQL<number>, adding = 1): Quota {
  const allowed = limitOf(organizationId, resource);
  return { resource, used, allowed, hasRoom: sql`${used} + ${adding} <= ${allowed}` };
}

function limitOf(organizationId: OrganizationId, resource: QuotaResource): SQL<number> {
  const set = sql`select ${quotas.maxAllowed} from ${quotas} where ${quotas.organizationId} = ${organizationId} and ${quotas.resource} = ${resource}`;
  return sql<number>`coalesce((${set}), ${quotaTable[resource].fallback})`;
}

function unlimited(limited: Quota): Quota {
  return { ...limited, hasRoom: sql`true` };
}

/** A statement for a batch: usage and limit, and whether the quota, rather than the condition, is why the change was rejected. */
export function selectUsage(db: Db, { used, allowed, hasRoom }: Quota, condition: SQL = sql`true`) {
  const exceeded = sql<boolean>`${condition} and not ${hasRoom}`.mapWith(Boolean);
  return db.select({ used, allowed, exceeded }).from(sql`(select 1)`);
}

export interface Usage {
  used: number;
  allowed: number;
  exceeded: boolean;
}

export function requireQuota({ resource }: Pick<Quota, 'resource'>, usage: Usage | undefined): void {
  if (!usage?.exceeded) return;
  const { where, what, remedy } = quotaTable[resource];
  throw new Problem('quota-exceeded', `${where} has ${usage.used} of ${usage.allowed} ${what}. ${remedy}.`, {
    details: { resource, current_count: usage.used, max_allowed: usage.allowed },
  });
}

/** A statement for a batch: usage and limits of an organization. For plugins, the usage is that of its fullest namespace. */
export function selectAllUsage(db: Db, organizationId: OrganizationId, now: number) {
  const used: Record<QuotaResource, SQL<number>> = {
    plugins_per_namespace: sql<number>`(select coalesce(max(names), 0) from (select count(distinct v.name) as names from plugin_versions v join namespaces n on n.id = v.owner_id where n.organization_id = ${organizationId} and n.deleted_at is null and v.deleted_at is null group by v.owner_id))`,
    stored_bytes: storedBytes(organizationId, null),
    live_deployments: liveDeployments(organizationId, null),
    keys: activeKeys(organizationId, now),
    namespaces: undeleted('namespaces', organizationId),
    webhook_endpoints: undeleted('webhook_endpoints', organizationId),
  };
  const counts = quotaResources.map((resource) => sql`${resource}, ${used[resource]}`);
  const limits = quotaResources.map((resource) => sql`${resource}, ${limitOf(organizationId, resource)}`);
  return db.select({ used: jsonObjectOf(counts), allowed: jsonObjectOf(limits) }).from(sql`(select 1)`);
}

const countsSchema = z.record(z.enum(quotaResources), z.int());

function jsonObjectOf(pairs: SQL[]) {
  return sql`json_object(${sql.join(pairs, sql`, `)})`.mapWith((text: string) => countsSchema.parse(JSON.parse(text)));
}
