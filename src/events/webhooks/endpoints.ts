// Webhooks' endpoints: where events are to be told, and which ones. Whether is in endpoint-status.ts, what is told in
// deliveries.ts. A key that is bound to namespaces knows of the endpoints only that are for no others.
import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../../contract/events.ts';
import type { DeliveryState } from '../../contract/states.ts';
import { iso } from '../../core/clock.ts';
import { parseExternalUrl } from '../../core/external-url.ts';
import type { EndpointId, NamespaceId } from '../../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged } from '../../db/client.ts';
import { containsOnly } from '../../db/columns.ts';
import { endpointQuota, requireQuota, selectUsage } from '../../db/quotas.ts';
import { deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import type { Reader } from '../feed.ts';
import { record } from '../record.ts';
import { newSecret, sealSecret } from './secrets.ts';

export type Endpoint = typeof endpoints.$inferSelect;

/** Who asks, and for whom. */
export interface EndpointManager extends Reader {
  ref: ActorRef;
}

export interface EndpointFields {
  url: string;
  description: string | null;
  eventFilters: Endpoint['eventFilters'];
  namespaceIds: NamespaceId[] | null;
}

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'allowLoopback' | 'webhookKey'>;

/** Every query of an endpoint goes through this condition. */
export function visibleTo({ organizationId, namespaceIds }: Reader): SQL | undefined {
  return and(
    eq(endpoints.organizationId, organizationId),
    isNull(endpoints.deletedAt),
    namespaceIds === null ? undefined : containsOnly(endpoints.namespaceIds, namespaceIds),
  );
}

/** A statement for a batch: the endpoint, or no row. */
export function selectEndpoint(db: Deps['db'], who: Reader, id: EndpointId) {
  return db
    .select()
    .from(endpoints)
    .where(and(eq(endpoints.id, id), visibleTo(who)));
}

export async function listEndpoints(
  { db }: Pick<Deps, 'db'>,
  who: Reader,
  { limit, cursor }: PageRequest,
): Promise<Page<Endpoint>> {
  const rows = await db
    .select()
    .from(endpoints)
    .where(and(visibleTo(who), cursor ? gt(sql`${endpoints.id}`, cursor) : undefined))
    .orderBy(asc(endpoints.id))
    .limit(limit + 1);
  return pageOf(rows, limit, ({ id }) => id);
}

export interface EndpointDetails {
  endpoint: Endpoint;
  /** Its deliveries, as far as they are kept. */
  counts: Record<DeliveryState, number>;
}

export async function endpointById(
  { db }: Pick<Deps, 'db'>,
  who: Reader,
  id: EndpointId,
): Promise<EndpointDetails | undefined> {
  const [[endpoint], counted] = await db.batch([
    selectEndpoint(db, who, id),
    db
      .select({ status: deliveries.status, count: sql<number>`count(*)` })
      .from(deliveries)
      .where(eq(deliveries.endpointId, id))
      .groupBy(deliveries.status),
  ]);
  const counts = { pending: 0, succeeded: 0, failed: 0 };
  for (const { status, count } of counted) counts[status] = count;
  return endpoint && { endpoint, counts };
}

/** The secret is shown here only. From the next event on it is told all that it wants, of its own making first. */
export async function createEndpoint(
  deps: WriteDeps,
  who: EndpointManager,
  given: EndpointFields,
): Promise<{ endpoint: Endpoint; secret: string }> {
  const { db, ids, clock } = deps;
  const { organizationId } = who;
  const { href, host } = requireExternalUrl(deps, given.url);
  const id = ids('endpoint');
  const secret = newSecret();
  const now = clock.now();
  const namespaceIds = namespacesFor(who, given.namespaceIds);
  const room = endpointQuota(organizationId);
  const row = {
    id,
    organizationId,
    url: href,
    description: given.description,
    eventFilters: given.eventFilters,
    namespaceIds,
    status: 'enabled' as const,
    secret: await sealSecret(deps, id, secret),
    eventCursor: newestSeq,
    createdBy: who.ref,
    createdAt: now,
    updatedAt: now,
  };
  const data = { host, events: given.eventFilters, namespace_ids: namespaceIds };
  const [[usage], , , [endpoint]] = await db.batch([
    selectUsage(db, room),
    insertWhere(db, endpoints, row, room.hasRoom),
    record(deps, { ...eventOf(who, id), type: 'webhook.created', data }, previousChanged),
    selectEndpoint(db, who, id),
  ]);
  requireQuota(room, usage);
  if (!endpoint) throw new Error(`endpoint ${id} was not written`);
  return { endpoint, secret };
}

/** Undefined, here and below: there is no such endpoint for this key. */
export async function updateEndpoint(
  deps: WriteDeps,
  who: EndpointManager,
  id: EndpointId,
  fields: Partial<EndpointFields>,
): Promise<Endpoint | undefined> {
  const { db, clock } = deps;
  const { url, namespaceIds } = fields;
  const checked = {
    ...(url === undefined ? {} : { url: requireExternalUrl(deps, url).href }),
    ...(namespaceIds === undefined ? {} : { namespaceIds: namespacesFor(who, namespaceIds) }),
  };
  const names = { url: 'url', description: 'description', eventFilters: 'events', namespaceIds: 'namespace_ids' };
  const changed = Object.entries(names).flatMap(([field, name]) => (field in fields ? [name] : []));
  const [, , [endpoint]] = await db.batch([
    db
      .update(endpoints)
      .set({ ...fields, ...checked, updatedAt: clock.now() })
      .where(and(eq(endpoints.id, id), visibleTo(who))),
    record(deps, { ...eventOf(who, id), type: 'webhook.updated', data: { fields: changed } }, previousChanged),
    selectEndpoint(db, who, id),
  ]);
  return endpoint;
}

/** A new secret, shown here only. The one before signs too for so long; the one before that no more. */
export async function rotateSecret(
  deps: WriteDeps,
  who: EndpointManager,
  id: EndpointId,
  overlapMs: number,
): Promise<{ endpoint: Endpoint; secret: string } | undefined> {
  const { db, clock } = deps;
  const secret = newSecret();
  const sealed = await sealSecret(deps, id, secret);
  const until = clock.now() + overlapMs;
  const previous = overlapMs > 0 ? { previousSecret: sql`${endpoints.secret}`, previousUntil: until } : withoutPrevious;
  const [, , [endpoint]] = await db.batch([
    db
      .update(endpoints)
      .set({ ...previous, secret: sealed, updatedAt: clock.now() })
      .where(and(eq(endpoints.id, id), visibleTo(who))),
    record(
      deps,
      { ...eventOf(who, id), type: 'webhook.secret_rotated', data: { previous_valid_until: iso(until) } },
      previousChanged,
    ),
    selectEndpoint(db, who, id),
  ]);
  return endpoint && { endpoint, secret };
}

const withoutPrevious = { previousSecret: null, previousUntil: null };

/** Gone at once; its deliveries and its row are removed by the sweep. Whether there was one. */
export async function deleteEndpoint(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  who: EndpointManager,
  id: EndpointId,
): Promise<boolean> {
  const { db, clock } = deps;
  const [deleted] = await db.batch([
    db
      .update(endpoints)
      .set({ deletedAt: clock.now(), updatedAt: clock.now() })
      .where(and(eq(endpoints.id, id), visibleTo(who)))
      .returning({ id: endpoints.id }),
    record(deps, { ...eventOf(who, id), type: 'webhook.deleted' }, previousChanged),
  ]);
  return deleted.length > 0;
}

/** SQL: the number of the newest event of all. */
export const newestSeq = sql<number>`coalesce((select max(seq) from events), 0)`;

export function eventOf({ organizationId, ref }: EndpointManager, id: EndpointId) {
  return { organizationId, namespaceId: null, subjectId: id, actor: ref };
}

/** "All" are those of the key, when it is bound to some. */
function namespacesFor({ namespaceIds: bound }: Reader, asked: NamespaceId[] | null): NamespaceId[] | null {
  return asked ?? (bound && [...bound]);
}

function requireExternalUrl(deps: Pick<Deps, 'allowLoopback'>, text: string): URL {
  const target = parseExternalUrl(text, deps);
  if ('url' in target) return target.url;
  const message = `The URL can't be a webhook's: ${target.refused}`;
  throw new Problem('invalid-request', message, { fields: [{ path: ['body', 'url'], message, type: 'url_refused' }] });
}
