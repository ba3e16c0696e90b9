// Selects an organization's usage of each quota, for its usage page and the admin API.
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type QuotaResource, quotaResources } from '../contract/limits/quotas.ts';
import type { OrganizationId } from '../core/ids.ts';
import { type Db, qualified } from './client.ts';
import {
  activeKeys,
  countNotDeleted,
  heldBytes,
  queuedCalls,
  quotaLimit,
  unfinishedRuns,
  usedAmount,
} from './quotas.ts';
import { scaledInstances } from './scaled-instances.ts';
import { counters, namespaces } from './schema/access.ts';
import { laterCallRows } from './schema/calls.ts';
import { runChunks } from './schema/runs.ts';
import { endpoints } from './schema/webhooks.ts';
import { bytesByCounter, dayBytes, openModelUploads, storedBytes } from './stored-bytes.ts';

/** Selects usage and limits of all resources for a batch. Counts plugins in the fullest namespace. */
export function selectAllUsage(db: Db, organizationId: OrganizationId, now: number) {
  const used: Record<QuotaResource, SQL<number>> = {
    plugins_per_namespace: pluginsInFullestNamespace(organizationId),
    stored_bytes: storedBytes(organizationId),
    live_deployments: usedAmount(organizationId, 'live_plugins'),
    instances: scaledInstances(organizationId, 'max'),
    warm_instances: scaledInstances(organizationId, 'min'),
    keys: activeKeys(organizationId, now),
    namespaces: countNotDeleted(namespaces, organizationId),
    webhook_endpoints: countNotDeleted(endpoints, organizationId),
    model_uploads: openModelUploads(organizationId),
    log_bytes_per_day: dayBytes(organizationId, now),
    parallel_runs: runningChunks(organizationId),
    parallel_later_calls: runningCalls(organizationId),
    queued_later_calls: queuedCalls(organizationId),
    unfinished_runs: unfinishedRuns(organizationId),
  };
  const counts = quotaResources.map((resource) => sql`${resource}, ${used[resource]}`);
  const limits = quotaResources.map((resource) => sql`${resource}, ${quotaLimit(organizationId, resource)}`);
  const held = qualified(bytesByCounter(organizationId)).mapWith(heldBytes);
  return db.select({ used: jsonObjectOf(counts), allowed: jsonObjectOf(limits), held }).from(sql`(select 1)`);
}

const countsSchema = z.record(z.enum(quotaResources), z.int());

function jsonObjectOf(pairs: SQL[]) {
  return sql`json_object(${sql.join(pairs, sql`, `)})`.mapWith((text: string) => countsSchema.parse(JSON.parse(text)));
}

function pluginsInFullestNamespace(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select coalesce(max(${counters.amount}), 0) from ${namespaces} cross join ${counters}
    on ${counters.scope} = ${namespaces.id} and ${counters.resource} = 'plugins'
    where ${namespaces.organizationId} = ${organizationId} and ${namespaces.deletedAt} is null)`;
}

function runningCalls(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${laterCallRows} where ${laterCallRows.status} = 'running' and ${laterCallRows.organizationId} = ${organizationId})`;
}

/** SQL: the number of processes that work on the organization's runs. */
function runningChunks(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${runChunks} where ${runChunks.status} = 'running' and ${runChunks.organizationId} = ${organizationId})`;
}
