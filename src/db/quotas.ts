// Checks quotas in SQL, so that a change compares within its own statement, and reports a quota that is exceeded. Amounts are in
// counters, which triggers keep (decision 46).
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type CountedResource, type QuotaResource, quotaResources, quotaTable } from '../contract/limits/quotas.ts';
import { pluginKinds } from '../contract/states.ts';
import { isId, type NamespaceId, type OrganizationId, type UploadId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { type Db, qualified } from './client.ts';
import { scaledInstances } from './scaled-instances.ts';
import { apiKeys, counters, namespaces, quotas } from './schema/access.ts';
import { agentArtifacts } from './schema/agents.ts';
import { laterCallRows } from './schema/calls.ts';
import { logBudgets } from './schema/logs.ts';
import { models, modelUploads } from './schema/models.ts';
import { isUnderWay, type OwnerId, plugins, pluginVersions, uploads } from './schema/registry.ts';
import { runChunks, runs } from './schema/runs.ts';
import { endpoints } from './schema/webhooks.ts';

export interface Quota {
  resource: QuotaResource;
  /** Current usage, without the addition. */
  used: SQL<number>;
  allowed: SQL<number>;
  /** How much is to be added. */
  adding: number;
  /** SQL: the addition fits. */
  hasRoom: SQL;
}

interface Named {
  organizationId: OrganizationId;
  ownerId: OwnerId;
  name: string;
}

/** SQL: the amount that triggers keep in `counters`. */
export function amountOf(scope: string | SQL, resource: CountedResource): SQL<number> {
  return sql<number>`coalesce((select ${counters.amount} from ${counters} where ${counters.scope} = ${scope} and ${counters.resource} = ${resource}), 0)`;
}

const anyKind = sql.raw(`(${pluginKinds.map((kind) => `'${kind}'`).join(', ')})`);

/** A plugin name, which the namespace may already have. Plugins owned by an organization are not counted. */
export function pluginQuota({ organizationId, ownerId, name }: Named): Quota {
  const { activeVersionId, kind, name: pluginName } = plugins;
  const same = sql`(select count(*) from ${plugins} where ${plugins.ownerId} = ${ownerId} and ${kind} in ${anyKind} and ${pluginName} = ${name} and ${activeVersionId} is not null)`;
  const others = sql<number>`(${amountOf(ownerId, 'plugins')} - ${same})`;
  const limited = quota(organizationId, 'plugins_per_namespace', others);
  return isId('namespace', ownerId) ? limited : unlimited(limited);
}

interface NewContent {
  sha256: string;
  sizeBytes: number;
  /** The upload that brings it. Its own reservation does not count. */
  uploadId?: UploadId;
}

/** An archive or a copy of an artifact, which may already be stored. What open uploads announced is reserved for them (D28). */
export function storageQuota(organizationId: OrganizationId, { sha256, sizeBytes, uploadId }: NewContent): Quota {
  const stored = storedBytes(organizationId, sha256);
  const reserved = reservedBytes(organizationId, uploadId ?? null);
  return quota(organizationId, 'stored_bytes', sql<number>`(${stored} + ${reserved})`, sizeBytes);
}

interface Uploader {
  organizationId: OrganizationId;
  ownerId: OwnerId;
}

/** SQL: the number of uploads without an announced size whose URLs are still valid. */
export function unannouncedUploads({ organizationId, ownerId }: Uploader, now: number): SQL<number> {
  const { announcedBytes, expiresAt, status } = uploads;
  return sql<number>`(select count(*) from ${uploads}
    where ${uploads.organizationId} = ${organizationId} and ${uploads.ownerId} = ${ownerId}
      and ${status} = 'open' and ${announcedBytes} is null and ${expiresAt} > ${now})`;
}

export function keyQuota(organizationId: OrganizationId, now: number): Quota {
  return quota(organizationId, 'keys', activeKeys(organizationId, now));
}

export function namespaceQuota(organizationId: OrganizationId): Quota {
  return quota(organizationId, 'namespaces', countNotDeleted(namespaces, organizationId));
}

export function endpointQuota(organizationId: OrganizationId): Quota {
  return quota(organizationId, 'webhook_endpoints', countNotDeleted(endpoints, organizationId));
}

interface ModelUpload {
  namespaceId: NamespaceId;
  name: string;
  sha256: string;
  sizeBytes: number;
}

/** Content of a model, which replaces what the model has. Its own reservation does not count. */
export function modelQuota(organizationId: OrganizationId, upload: ModelUpload): Quota {
  const { namespaceId, name, sizeBytes } = upload;
  const replaced = sql`select ${models.sizeBytes} from ${models} where ${models.namespaceId} = ${namespaceId} and ${models.name} = ${name}`;
  const own = sql`select ${modelUploads.sizeBytes} from ${modelUploads} where ${isUploadOf(upload)}`;
  const used = sql<number>`(${modelBytes(organizationId)} - coalesce((${replaced}), 0) - coalesce((${own}), 0))`;
  return quota(organizationId, 'model_bytes', used, sizeBytes);
}

/** One more URL for content of a model. */
export function modelUploadQuota(organizationId: OrganizationId, upload: ModelUpload): Quota {
  const own = sql`select 1 from ${modelUploads} where ${isUploadOf(upload)}`;
  return quota(organizationId, 'model_uploads', sql<number>`(${openModelUploads(organizationId)} - exists (${own}))`);
}

/** SQL: the reservation of this content. */
export function isUploadOf({ namespaceId, name, sha256 }: Omit<ModelUpload, 'sizeBytes'>): SQL {
  return sql`${modelUploads.namespaceId} = ${namespaceId} and ${modelUploads.name} = ${name} and ${modelUploads.sha256} = ${sha256}`;
}

/** Walks the index of the organization's models, and that of its open uploads. */
function modelBytes(organizationId: OrganizationId): SQL<number> {
  const stored = sql`select coalesce(sum(${models.sizeBytes}), 0) from ${models} where ${models.organizationId} = ${organizationId}`;
  const reserved = sql`select coalesce(sum(${modelUploads.sizeBytes}), 0) from ${modelUploads} where ${modelUploads.organizationId} = ${organizationId}`;
  return sql<number>`((${stored}) + (${reserved}))`;
}

function openModelUploads(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${modelUploads} where ${modelUploads.organizationId} = ${organizationId})`;
}

const dayMs = 86_400_000;

/** Days since 1970-01-01, in UTC. */
export function dayOf(time: number): number {
  return Math.floor(time / dayMs);
}

/** Logs that are to be stored. All of them are as long as something is left of the budget of the day. */
export function logBudget(organizationId: OrganizationId | SQL, now: number): Pick<Quota, 'allowed' | 'hasRoom'> {
  const allowed = limitOf(organizationId, 'log_bytes_per_day');
  return { allowed, hasRoom: sql`${logBytes(organizationId, now)} < ${allowed}` };
}

/** Clocks differ: what another one has counted for the next day counts already. */
function logBytes(organizationId: OrganizationId | SQL, now: number): SQL<number> {
  const today = sql`select ${logBudgets.bytes} from ${logBudgets} where ${logBudgets.organizationId} = ${organizationId} and ${logBudgets.day} >= ${dayOf(now)}`;
  return sql<number>`coalesce((${today}), 0)`;
}

function pluginsInFullestNamespace(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select coalesce(max(${counters.amount}), 0) from ${namespaces} cross join ${counters}
    on ${counters.scope} = ${namespaces.id} and ${counters.resource} = 'plugins'
    where ${namespaces.organizationId} = ${organizationId} and ${namespaces.deletedAt} is null)`;
}

/** The organization's stored bytes without the content with this digest. */
function storedBytes(organizationId: OrganizationId, except: string): SQL<number> {
  const archive = sql`select ${pluginVersions.sizeBytes} from ${pluginVersions}
    where ${pluginVersions.organizationId} = ${organizationId} and ${pluginVersions.sha256} = ${except} and ${pluginVersions.deletedAt} is null limit 1`;
  const copy = sql`select ${agentArtifacts.sizeBytes} from ${agentArtifacts}
    where ${agentArtifacts.checksum} = ${except} and ${agentArtifacts.organizationId} = ${organizationId} and ${agentArtifacts.mirrored} and ${agentArtifacts.yankedAt} is null limit 1`;
  return sql<number>`(${amountOf(organizationId, 'stored_bytes')} - coalesce((${archive}), (${copy}), 0))`;
}

function reservedBytes(organizationId: OrganizationId, except: UploadId | null): SQL<number> {
  const own = sql`select max(coalesce(${uploads.announcedBytes}, 0), coalesce(${uploads.foundBytes}, 0)) from ${uploads} where ${uploads.id} = ${except} and ${isUnderWay}`;
  return sql<number>`(${amountOf(organizationId, 'reserved_bytes')} - coalesce((${own}), 0))`;
}

function activeKeys(organizationId: OrganizationId, now: number): SQL<number> {
  const { expiresAt, revokedAt } = apiKeys;
  return sql<number>`(${amountOf(organizationId, 'lasting_keys')} + (select count(*) from ${apiKeys}
    where ${apiKeys.organizationId} = ${organizationId} and ${revokedAt} is null and ${expiresAt} is not null and ${expiresAt} > ${now}))`;
}

function runningCalls(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${laterCallRows} where ${laterCallRows.status} = 'running' and ${laterCallRows.organizationId} = ${organizationId})`;
}

/** One more call that waits for its turn. */
export function queuedCallQuota(organizationId: OrganizationId): Quota {
  return quota(organizationId, 'queued_later_calls', queuedCalls(organizationId));
}

/** Walks the index of what is queued. */
function queuedCalls(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${laterCallRows} where ${laterCallRows.status} = 'queued'
    and ${laterCallRows.priority} in ('normal', 'low') and ${laterCallRows.organizationId} = ${organizationId})`;
}

/** One more run. */
export function runQuota(organizationId: OrganizationId): Quota {
  return quota(organizationId, 'unfinished_runs', unfinishedRuns(organizationId));
}

function unfinishedRuns(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${runs} where ${runs.endedAt} is null and ${runs.organizationId} = ${organizationId})`;
}

function countNotDeleted(table: typeof namespaces | typeof endpoints, organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${table} where ${table.organizationId} = ${organizationId} and ${table.deletedAt} is null)`;
}

/** Processes that work on runs of the organization. */
function runningChunks(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${runChunks} where ${runChunks.status} = 'running' and ${runChunks.organizationId} = ${organizationId})`;
}

export function quota(organizationId: OrganizationId, resource: QuotaResource, used: SQL<number>, adding = 1): Quota {
  const allowed = limitOf(organizationId, resource);
  return { resource, used, allowed, adding, hasRoom: sql`${used} + ${adding} <= ${allowed}` };
}

/** SQL: the limit that is set for the organization, or the default. */
export function limitOf(organizationId: OrganizationId | SQL, resource: QuotaResource): SQL<number> {
  const set = sql`select ${quotas.maxAllowed} from ${quotas} where ${quotas.organizationId} = ${organizationId} and ${quotas.resource} = ${resource}`;
  return sql<number>`coalesce((${set}), ${quotaTable[resource].fallback})`;
}

export function unlimited(limited: Quota): Quota {
  return { ...limited, hasRoom: sql`true` };
}

/** Selects usage for a batch. `exceeded` is true only if the quota, and not `condition`, prevented the change. */
export function selectUsage(db: Db, { used, allowed, hasRoom }: Quota, condition: SQL = sql`true`) {
  const exceeded = sql<boolean>`${condition} and not ${hasRoom}`.mapWith(Boolean);
  return db.select({ used: qualified(used), allowed: qualified(allowed), exceeded }).from(sql`(select 1)`);
}

export interface Usage {
  used: number;
  allowed: number;
  exceeded: boolean;
}

export function requireQuota({ resource, adding }: Pick<Quota, 'resource' | 'adding'>, usage: Usage | undefined): void {
  if (!usage?.exceeded) return;
  const { where, what, remedy, retryAfterSeconds } = quotaTable[resource];
  const more = adding > 1 ? `, and this needs ${adding} more` : '';
  const code = retryAfterSeconds === undefined ? 'quota-exceeded' : 'queue-full';
  throw new Problem(code, `${where} has ${usage.used} of ${usage.allowed} ${what}${more}. ${remedy}.`, {
    details: { resource, current_count: usage.used, max_allowed: usage.allowed },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** Selects usage and limits of all resources for a batch. Plugins are counted in the fullest namespace. */
export function selectAllUsage(db: Db, organizationId: OrganizationId, now: number) {
  const used: Record<QuotaResource, SQL<number>> = {
    plugins_per_namespace: pluginsInFullestNamespace(organizationId),
    stored_bytes: sql`(${amountOf(organizationId, 'stored_bytes')} + ${amountOf(organizationId, 'reserved_bytes')})`,
    live_deployments: amountOf(organizationId, 'live_plugins'),
    instances: scaledInstances(organizationId, 'max'),
    warm_instances: scaledInstances(organizationId, 'min'),
    keys: activeKeys(organizationId, now),
    namespaces: countNotDeleted(namespaces, organizationId),
    webhook_endpoints: countNotDeleted(endpoints, organizationId),
    model_bytes: modelBytes(organizationId),
    model_uploads: openModelUploads(organizationId),
    log_bytes_per_day: logBytes(organizationId, now),
    parallel_runs: runningChunks(organizationId),
    parallel_later_calls: runningCalls(organizationId),
    queued_later_calls: queuedCalls(organizationId),
    unfinished_runs: unfinishedRuns(organizationId),
  };
  const counts = quotaResources.map((resource) => sql`${resource}, ${used[resource]}`);
  const limits = quotaResources.map((resource) => sql`${resource}, ${limitOf(organizationId, resource)}`);
  return db.select({ used: jsonObjectOf(counts), allowed: jsonObjectOf(limits) }).from(sql`(select 1)`);
}

const countsSchema = z.record(z.enum(quotaResources), z.int());

function jsonObjectOf(pairs: SQL[]) {
  return sql`json_object(${sql.join(pairs, sql`, `)})`.mapWith((text: string) => countsSchema.parse(JSON.parse(text)));
}
