// Quotas of organizations: their limits, how much is used, and the error of a change that exceeds one.
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import {
  type ByteHolder,
  byteCounters,
  byteHolders,
  holderTable,
  perResource,
  type QuotaResource,
  quotaResources,
  quotaTable,
} from '../contract/limits/quotas.ts';
import { pluginKinds } from '../contract/states.ts';
import { isId, type OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { type Db, qualified } from '../db/client.ts';
import { quotas } from '../db/schema/access.ts';
import { budgets } from '../db/schema/budgets.ts';
import { type OwnerId, plugins } from '../db/schema/registry.ts';
import { bytesByCounter, type Used, usedAmount, usedOf } from './amounts.ts';
import type { Limit } from './limit.ts';

export interface Quota extends Limit {
  resource: QuotaResource;
  /** The amount to add. */
  adding: number;
}

interface Addition {
  adding?: number;
  /** The fix, if freeing some isn't enough. */
  hint?: string | undefined;
}

/** Returns the quota for one more of the resource. */
export function oneMore(organizationId: OrganizationId, resource: keyof typeof usedOf, now: number): Quota {
  return quota(organizationId, resource, usedOf[resource](organizationId, now));
}

/** Returns the quota for an addition to what is used. */
export function quota(
  organizationId: OrganizationId,
  resource: QuotaResource,
  used: SQL<number>,
  { adding = 1, hint }: Addition = {},
): Quota {
  const allowed = quotaLimit(organizationId, resource);
  const held = resource === 'stored_bytes' ? bytesByCounter(organizationId) : sql`'{}'`;
  return {
    resource,
    adding,
    hasRoom: sql`${used} + ${adding} <= ${allowed}`,
    amounts: sql<string>`json_object('used', ${used}, 'allowed', ${allowed}, 'held', json(${held}))`,
    exceeded: (amounts) => quotaProblem({ resource, adding }, usageSchema.parse(JSON.parse(amounts)), hint),
  };
}

/** SQL: the limit set for the organization, or the default. A budget that refuses lowers the stored bytes. */
export function quotaLimit(organizationId: OrganizationId | SQL, resource: QuotaResource): SQL<number> {
  const set = sql`select ${quotas.maxAllowed} from ${quotas} where ${quotas.organizationId} = ${organizationId} and ${quotas.resource} = ${resource}`;
  const limit = sql<number>`coalesce((${set}), ${quotaTable[resource].fallback})`;
  if (resource !== 'stored_bytes') return limit;
  const budget = sql`select min(${budgets.storedBytes}) from ${budgets} where ${budgets.organizationId} = ${organizationId} and ${budgets.scope} = ${organizationId} and ${budgets.onExceeded} = 'refuse'`;
  return sql<number>`min(${limit}, coalesce((${budget}), ${Number.MAX_SAFE_INTEGER}))`;
}

interface Named {
  organizationId: OrganizationId;
  ownerId: OwnerId;
  name: string;
}

const anyKind = sql.raw(`(${pluginKinds.map((kind) => `'${kind}'`).join(', ')})`);

/** Returns the quota for a plugin name, which the namespace may already have. Plugins owned by an organization don't count. */
export function pluginQuota({ organizationId, ownerId, name }: Named): Quota {
  const { activeVersionId, kind, name: pluginName } = plugins;
  const same = sql`(select count(*) from ${plugins} where ${plugins.ownerId} = ${ownerId} and ${kind} in ${anyKind} and ${pluginName} = ${name} and ${activeVersionId} is not null)`;
  const used = sql<number>`(${usedAmount(ownerId, 'plugins')} - ${same})`;
  const limited = quota(organizationId, 'plugins_per_namespace', used);
  return isId('namespace', ownerId) ? limited : { ...limited, hasRoom: sql`true` };
}

/** Bytes by holder. */
export type HeldBytes = Partial<Record<ByteHolder, number>>;

const heldSchema = z.partialRecord(z.enum(byteCounters), z.int()).transform((amounts): HeldBytes => {
  const held = byteHolders.map((holder) => [holder, amounts[holderTable[holder].counter] ?? 0] as const);
  return Object.fromEntries(held.filter(([, bytes]) => bytes > 0));
});
const usageSchema = z.object({ used: z.int(), allowed: z.int(), held: heldSchema });
export type Usage = z.infer<typeof usageSchema>;

export async function readUsage(db: Db, { amounts }: Quota): Promise<Usage> {
  const [found] = await db.select({ amounts: qualified(amounts) }).from(sql`(select 1)`);
  return usageSchema.parse(JSON.parse(found?.amounts ?? ''));
}

function quotaProblem(full: Pick<Quota, 'resource' | 'adding'>, usage: Usage, hint: string | undefined): Problem {
  const { resource } = full;
  const { retryAfterSeconds } = quotaTable[resource];
  const code = retryAfterSeconds === undefined ? 'quota-exceeded' : 'queue-full';
  return new Problem(code, quotaText(full, usage), {
    details: { resource, current_count: usage.used, max_allowed: usage.allowed },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Says how much is used, what uses most of it, and how to free some. */
export function quotaText(
  { adding, resource }: Pick<Quota, 'resource' | 'adding'>,
  { allowed, held, used }: Usage,
): string {
  const { where = 'This organization', what, remedy } = quotaTable[resource];
  const more = adding > 1 ? `, and this needs ${adding} more` : '';
  const [most] = byteHolders.toSorted((a, b) => (held[b] ?? 0) - (held[a] ?? 0));
  const bytes = most && held[most];
  const holder =
    most && bytes ? `${holderTable[most].what} hold ${bytes} of them. ${holderTable[most].remedy}` : remedy;
  return `${where} has ${used} of ${allowed} ${what}${more}. ${holder}.`;
}

const amountsSchema = z.record(z.enum(quotaResources), z.int());

/** Selects how much the organization uses of all resources, and their limits, for a batch. Nothing uses what no feature counts. */
export function selectAllUsage(
  { db, features }: { db: Db; features: readonly { used?: Partial<Record<QuotaResource, Used>> }[] },
  organizationId: OrganizationId,
  now: number,
) {
  const counts: Partial<Record<QuotaResource, Used>> = Object.assign({}, usedOf, ...features.map(({ used }) => used));
  const objectOf = (amounts: Record<QuotaResource, SQL<number>>) => {
    const pairs = quotaResources.map((resource) => sql`${resource}, ${amounts[resource]}`);
    return sql`json_object(${sql.join(pairs, sql`, `)})`.mapWith((text: string) =>
      amountsSchema.parse(JSON.parse(text)),
    );
  };
  return db
    .select({
      used: objectOf(perResource((resource) => counts[resource]?.(organizationId, now) ?? sql<number>`0`)),
      allowed: objectOf(perResource((resource) => quotaLimit(organizationId, resource))),
      held: qualified(bytesByCounter(organizationId)).mapWith((text: string) => heldSchema.parse(JSON.parse(text))),
    })
    .from(sql`(select 1)`);
}
