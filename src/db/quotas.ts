// Checks quotas in SQL, so a change checks its quota within its own statement, and reports exceeded quotas. Amounts are in counters,
// which triggers maintain (decision 46).
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import {
  type ByteHolder,
  byteCounters,
  byteHolders,
  type CountedResource,
  holderTable,
  type QuotaResource,
  quotaTable,
} from '../contract/limits/quotas.ts';
import { pluginKinds } from '../contract/states.ts';
import { isId, type OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { type Db, qualified } from './client.ts';
import { apiKeys, counters, namespaces, quotas } from './schema/access.ts';
import { budgets } from './schema/budgets.ts';
import { laterCallRows } from './schema/calls.ts';
import { type OwnerId, plugins, uploads } from './schema/registry.ts';
import { runs } from './schema/runs.ts';
import { endpoints } from './schema/webhooks.ts';

export interface Quota {
  resource: QuotaResource;
  /** Current usage, without the addition. */
  used: SQL<number>;
  allowed: SQL<number>;
  /** The amount to add. */
  adding: number;
  /** SQL: the addition fits. */
  hasRoom: SQL;
  /** SQL: a JSON object of current usage by counter. */
  byCounter?: SQL<string>;
}

interface Named {
  organizationId: OrganizationId;
  ownerId: OwnerId;
  name: string;
}

/** SQL: the amount that triggers maintain in `counters`. */
export function usedAmount(scope: string | SQL, resource: CountedResource): SQL<number> {
  return sql<number>`coalesce((select ${counters.amount} from ${counters} where ${counters.scope} = ${scope} and ${counters.resource} = ${resource}), 0)`;
}

const anyKind = sql.raw(`(${pluginKinds.map((kind) => `'${kind}'`).join(', ')})`);

/** Returns the quota for a plugin name, which the namespace may already have. Plugins owned by an organization don't count. */
export function pluginQuota({ organizationId, ownerId, name }: Named): Quota {
  const { activeVersionId, kind, name: pluginName } = plugins;
  const same = sql`(select count(*) from ${plugins} where ${plugins.ownerId} = ${ownerId} and ${kind} in ${anyKind} and ${pluginName} = ${name} and ${activeVersionId} is not null)`;
  const others = sql<number>`(${usedAmount(ownerId, 'plugins')} - ${same})`;
  const limited = quota(organizationId, 'plugins_per_namespace', others);
  return isId('namespace', ownerId) ? limited : unlimited(limited);
}

interface Uploader {
  organizationId: OrganizationId;
  ownerId: OwnerId;
}

/** SQL: the number of uploads with a valid URL but no announced size. */
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

export function activeKeys(organizationId: OrganizationId, now: number): SQL<number> {
  const { expiresAt, kind, revokedAt } = apiKeys;
  return sql<number>`(${usedAmount(organizationId, 'lasting_keys')} + (select count(*) from ${apiKeys}
    where ${apiKeys.organizationId} = ${organizationId} and ${revokedAt} is null and ${expiresAt} is not null and ${expiresAt} > ${now} and ${kind} in ('service', 'personal')))`;
}

/** Returns the quota for one more queued call. */
export function queuedCallQuota(organizationId: OrganizationId): Quota {
  return quota(organizationId, 'queued_later_calls', queuedCalls(organizationId));
}

/** Counts queued calls through their index. */
export function queuedCalls(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${laterCallRows} where ${laterCallRows.status} = 'queued'
    and ${laterCallRows.priority} in ('normal', 'low') and ${laterCallRows.organizationId} = ${organizationId})`;
}

/** Returns the quota for one more run. */
export function runQuota(organizationId: OrganizationId): Quota {
  return quota(organizationId, 'unfinished_runs', unfinishedRuns(organizationId));
}

export function unfinishedRuns(organizationId: OrganizationId): SQL<number> {
  return sql<number>`(select count(*) from ${runs} where ${runs.endedAt} is null and ${runs.organizationId} = ${organizationId})`;
}

export function countNotDeleted(
  table: typeof namespaces | typeof endpoints,
  organizationId: OrganizationId,
): SQL<number> {
  return sql<number>`(select count(*) from ${table} where ${table.organizationId} = ${organizationId} and ${table.deletedAt} is null)`;
}

export function quota(organizationId: OrganizationId, resource: QuotaResource, used: SQL<number>, adding = 1): Quota {
  const allowed = quotaLimit(organizationId, resource);
  return { resource, used, allowed, adding, hasRoom: sql`${used} + ${adding} <= ${allowed}` };
}

/** SQL: the limit set for the organization, or the default. A budget that refuses lowers the stored bytes. */
export function quotaLimit(organizationId: OrganizationId | SQL, resource: QuotaResource): SQL<number> {
  const set = sql`select ${quotas.maxAllowed} from ${quotas} where ${quotas.organizationId} = ${organizationId} and ${quotas.resource} = ${resource}`;
  const limit = sql<number>`coalesce((${set}), ${quotaTable[resource].fallback})`;
  if (resource !== 'stored_bytes') return limit;
  const budget = sql`select min(${budgets.storedBytes}) from ${budgets} where ${budgets.organizationId} = ${organizationId} and ${budgets.scope} = ${organizationId} and ${budgets.onExceeded} = 'refuse'`;
  return sql<number>`min(${limit}, coalesce((${budget}), ${Number.MAX_SAFE_INTEGER}))`;
}

export function unlimited(limited: Quota): Quota {
  return { ...limited, hasRoom: sql`true` };
}

/** Selects usage for a batch. `exceeded` is true only if the quota, not `condition`, prevented the change. */
export function selectUsage(db: Db, { used, allowed, byCounter, hasRoom }: Quota, condition: SQL = sql`true`) {
  const exceeded = sql<boolean>`${condition} and not ${hasRoom}`.mapWith(Boolean);
  const held = qualified(byCounter ?? sql<string>`'{}'`).mapWith(heldBytes);
  return db.select({ used: qualified(used), allowed: qualified(allowed), exceeded, held }).from(sql`(select 1)`);
}

export interface Usage {
  used: number;
  allowed: number;
  exceeded: boolean;
  /** Bytes by holder, for the stored-bytes quota. */
  held: HeldBytes;
}

export type HeldBytes = Partial<Record<ByteHolder, number>>;

const countersSchema = z.partialRecord(z.enum(byteCounters), z.int());

/** Reads amounts by counter. */
export function heldBytes(text: string): HeldBytes {
  const amounts = countersSchema.parse(JSON.parse(text));
  const held = byteHolders.map((holder) => [holder, amounts[holderTable[holder].counter] ?? 0] as const);
  return Object.fromEntries(held.filter(([, bytes]) => bytes > 0));
}

/** Throws if the quota is exceeded. `hint` is the fix, if freeing some isn't enough. */
export function requireQuota(full: Pick<Quota, 'resource' | 'adding'>, usage: Usage | undefined, hint?: string): void {
  if (!usage?.exceeded) return;
  const { resource } = full;
  const { retryAfterSeconds } = quotaTable[resource];
  const code = retryAfterSeconds === undefined ? 'quota-exceeded' : 'queue-full';
  throw new Problem(code, quotaText(full, usage), {
    details: { resource, current_count: usage.used, max_allowed: usage.allowed },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Says how much is used, what uses most of it, and how to free some. */
export function quotaText(
  { adding, resource }: Pick<Quota, 'resource' | 'adding'>,
  usage: Omit<Usage, 'exceeded'>,
): string {
  const { where, what, remedy } = quotaTable[resource];
  const more = adding > 1 ? `, and this needs ${adding} more` : '';
  const [most] = byteHolders.toSorted((a, b) => (usage.held[b] ?? 0) - (usage.held[a] ?? 0));
  const bytes = most && usage.held[most];
  const holder =
    most && bytes ? `${holderTable[most].what} hold ${bytes} of them. ${holderTable[most].remedy}` : remedy;
  return `${where} has ${usage.used} of ${usage.allowed} ${what}${more}. ${holder}.`;
}
