// Creates, lists, updates and deletes webhook endpoints: their URLs and the events they receive. endpoint-status.ts enables and
// disables them. A namespace-restricted key sees only endpoints limited to its namespaces.
import { and, asc, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../../contract/actor.ts';
import type { DeliveryState } from '../../contract/features/webhooks/feature.ts';
import { webhooks } from '../../contract/features/webhooks/limits.ts';
import { iso } from '../../core/clock.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import type { EndpointId, NamespaceId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { invalidField } from '../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, writeAndRead } from '../../db/client.ts';
import { containsOnly } from '../../db/columns.ts';
import { events } from '../../db/schema/events.ts';
import type { Deps } from '../../deps.ts';
import type { Reader } from '../../events/feed.ts';
import { record } from '../../events/record.ts';
import { hasRoom, requireRoom, selectExceeded } from '../../limits/limit.ts';
import { quota } from '../../limits/quotas.ts';
import { newSecret, sealSecret } from '../../signed-requests/secrets.ts';
import { usedEndpoints } from './facts.ts';
import { deliveries, endpoints } from './tables.ts';

export type Endpoint = typeof endpoints.$inferSelect;

/** A reader who can change endpoints and is recorded as the events' actor. */
export interface EndpointManager extends Reader {
  ref: ActorRef;
}

export interface EndpointFields {
  url: string;
  description: string | null;
  eventFilters: Endpoint['eventFilters'];
  namespaceIds: NamespaceId[] | null;
}

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'dataKey'> & ExternalUrlRules;

/** SQL: the reader sees the endpoint. Part of every query for one. */
export function visibleTo({ organizationId, namespaceIds }: Reader): SQL | undefined {
  return and(
    eq(endpoints.organizationId, organizationId),
    isNull(endpoints.deletedAt),
    namespaceIds === null ? undefined : containsOnly(endpoints.namespaceIds, namespaceIds),
  );
}

/** Selects the endpoint for a batch, or no row. */
export function selectEndpoint(db: Deps['db'], reader: Reader, id: EndpointId) {
  return db
    .select()
    .from(endpoints)
    .where(and(eq(endpoints.id, id), visibleTo(reader)));
}

export async function listEndpoints(
  { db }: Pick<Deps, 'db'>,
  reader: Reader,
  { limit, cursor }: PageRequest,
): Promise<Page<Endpoint>> {
  const rows = await db
    .select()
    .from(endpoints)
    .where(and(visibleTo(reader), cursor ? gt(sql`${endpoints.id}`, cursor) : undefined))
    .orderBy(asc(endpoints.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

export interface EndpointDetails {
  endpoint: Endpoint;
  /** Counts by status of the endpoint's newest deliveries, at most `webhooks.searchedMax` of them. */
  counts: Record<DeliveryState, number>;
}

export async function endpointById(
  { db }: Pick<Deps, 'db'>,
  reader: Reader,
  id: EndpointId,
): Promise<EndpointDetails | undefined> {
  const found = await readTogether(db, {
    endpoints: selectEndpoint(db, reader, id),
    newest: db
      .select({ status: deliveries.status })
      .from(deliveries)
      .where(eq(deliveries.endpointId, id))
      .orderBy(desc(deliveries.eventId))
      .limit(webhooks.searchedMax),
  });
  const counts = { pending: 0, succeeded: 0, failed: 0 };
  for (const { status } of found.newest) counts[status] += 1;
  const [endpoint] = found.endpoints;
  return endpoint && { endpoint, counts };
}

/** Creates an endpoint and returns its secret, which is shown only here. The endpoint receives events from its creation on. */
export async function createEndpoint(
  deps: WriteDeps,
  manager: EndpointManager,
  given: EndpointFields,
): Promise<{ endpoint: Endpoint; secret: string }> {
  const { db, ids, clock } = deps;
  const { organizationId } = manager;
  const { href, host } = requireExternalUrl(deps, given.url);
  const id = ids('endpoint');
  const secret = newSecret();
  const now = clock.now();
  const namespaceIds = namespacesFor(manager, given.namespaceIds);
  const limits = [quota(organizationId, 'webhook_endpoints', usedEndpoints(organizationId))];
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
    hangScore: 0,
    createdBy: manager.ref,
    createdAt: now,
    updatedAt: now,
  };
  const data = { host, events: given.eventFilters, namespace_ids: namespaceIds };
  const after = await writeAndRead(db, [], {
    exceeded: selectExceeded(db, limits),
    inserted: insertWhere(db, endpoints, row, hasRoom(limits)),
    event: record(deps, { ...endpointEvent(manager, id), type: 'webhook.created', data }, previousChanged),
    endpoints: selectEndpoint(db, manager, id),
  });
  requireRoom(limits, after.exceeded);
  const [endpoint] = after.endpoints;
  if (!endpoint) throw new Error(`endpoint ${id} was not written`);
  return { endpoint, secret };
}

/** Updates an endpoint. Here and below, undefined means that this key can't see such an endpoint. */
export async function updateEndpoint(
  deps: WriteDeps,
  manager: EndpointManager,
  id: EndpointId,
  fields: Partial<EndpointFields>,
): Promise<Endpoint | undefined> {
  const { db, clock } = deps;
  const { url, namespaceIds } = fields;
  const checked = {
    ...(url === undefined ? {} : { url: requireExternalUrl(deps, url).href }),
    ...(namespaceIds === undefined ? {} : { namespaceIds: namespacesFor(manager, namespaceIds) }),
  };
  const names = { url: 'url', description: 'description', eventFilters: 'events', namespaceIds: 'namespace_ids' };
  const changed = Object.entries(names).flatMap(([field, name]) => (field in fields ? [name] : []));
  const updated = db
    .update(endpoints)
    .set({ ...fields, ...checked, updatedAt: clock.now() })
    .where(and(eq(endpoints.id, id), visibleTo(manager)));
  const event = { ...endpointEvent(manager, id), type: 'webhook.updated' as const, data: { fields: changed } };
  const after = await writeAndRead(db, [updated, record(deps, event, previousChanged)], {
    endpoints: selectEndpoint(db, manager, id),
  });
  return after.endpoints[0];
}

/** Creates a new secret, which is shown only here. During the overlap, deliveries are signed with the previous one too. */
export async function rotateSecret(
  deps: WriteDeps,
  manager: EndpointManager,
  id: EndpointId,
  overlapMs: number,
): Promise<{ endpoint: Endpoint; secret: string } | undefined> {
  const { db, clock } = deps;
  const secret = newSecret();
  const sealed = await sealSecret(deps, id, secret);
  const until = clock.now() + overlapMs;
  const previous = overlapMs > 0 ? { previousSecret: sql`${endpoints.secret}`, previousUntil: until } : withoutPrevious;
  const rotated = db
    .update(endpoints)
    .set({ ...previous, secret: sealed, updatedAt: clock.now() })
    .where(and(eq(endpoints.id, id), visibleTo(manager)));
  const data = { previous_valid_until: iso(until) };
  const event = record(deps, { ...endpointEvent(manager, id), type: 'webhook.secret_rotated', data }, previousChanged);
  const after = await writeAndRead(db, [rotated, event], { endpoints: selectEndpoint(db, manager, id) });
  const [endpoint] = after.endpoints;
  return endpoint && { endpoint, secret };
}

const withoutPrevious = { previousSecret: null, previousUntil: null };

/** Deletes the endpoint immediately; the sweep removes its deliveries and row. Returns whether it existed. */
export async function deleteEndpoint(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  manager: EndpointManager,
  id: EndpointId,
): Promise<boolean> {
  const { db, clock } = deps;
  const [deleted] = await db.batch([
    db
      .update(endpoints)
      .set({ deletedAt: clock.now(), updatedAt: clock.now() })
      .where(and(eq(endpoints.id, id), visibleTo(manager)))
      .returning({ id: endpoints.id }),
    record(deps, { ...endpointEvent(manager, id), type: 'webhook.deleted' }, previousChanged),
  ]);
  return deleted.length > 0;
}

/** SQL: `seq` of the newest event. */
export const newestSeq = sql<number>`coalesce((select max(${events.seq}) from ${events}), 0)`;

export function endpointEvent({ organizationId, ref }: EndpointManager, id: EndpointId) {
  return { organizationId, namespaceId: null, subjectId: id, actor: ref };
}

/** Restricts "all namespaces" to the key's namespaces. */
function namespacesFor({ namespaceIds: allowed }: Reader, requested: NamespaceId[] | null): NamespaceId[] | null {
  return requested ?? (allowed && [...allowed]);
}

function requireExternalUrl(rules: ExternalUrlRules, text: string): URL {
  const target = parseExternalUrl(text, rules);
  if ('url' in target) return target.url;
  throw invalidField('url', `The webhook URL is not allowed: ${target.refused}`, 'url_refused');
}
