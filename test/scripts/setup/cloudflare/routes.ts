// The routes of the fake Cloudflare API that create and list resources, each with the permission that it requires.
import { z } from 'zod';
import { jurisdictionSchema } from '../../../../src/contract/plugin/placement.ts';
import type { Queue } from './account.ts';
import { ok, page, refused } from './answers.ts';
import { type Route, route } from './route.ts';
import { workerRoutes } from './worker-routes.ts';

const databaseRoutes = [
  route('GET', '/d1/database', 'D1 Edit', ({ databases }, _, { query }) =>
    page(
      [...databases]
        .filter(([, { name }]) => query.get('name') === null || name.includes(query.get('name') ?? ''))
        .map(([uuid, { name }]) => ({ uuid, name, version: 'production', num_tables: 0, file_size: 0 })),
    ),
  ),
  route('POST', '/d1/database', 'D1 Edit', (account, _, { body }) => {
    const optional = { primary_location_hint: z.string().optional(), jurisdiction: jurisdictionSchema.optional() };
    const asked = z.strictObject({ name: z.string(), ...optional }).parse(body);
    if ([...account.databases.values()].some(({ name }) => name === asked.name))
      return refused(400, 7502, `Database with name '${asked.name}' already exists`);
    if (account.databases.size >= account.limits.databases)
      return refused(400, 7406, 'The maximum number of databases of this account has been reached');
    const uuid = account.newDatabase(asked.name, asked.primary_location_hint ?? null, asked.jurisdiction ?? null);
    return ok({ uuid, name: asked.name, version: 'production', num_tables: 0, file_size: 0 });
  }),
  route('GET', '/d1/database/:id', 'D1 Edit', ({ databases }, { id = '' }) => {
    const found = databases.get(id);
    if (!found) return refused(404, 7404, 'The database was not found');
    const { jurisdiction, name, replication: mode } = found;
    return ok({ uuid: id, name, jurisdiction, read_replication: { mode } });
  }),
  route('PUT', '/d1/database/:id', 'D1 Edit', ({ databases }, { id = '' }, { body }) => {
    const found = databases.get(id);
    if (!found) return refused(404, 7404, 'The database was not found');
    const asked = z.strictObject({ read_replication: z.strictObject({ mode: z.enum(['auto', 'disabled']) }) });
    found.replication = asked.parse(body).read_replication.mode;
    return ok({ uuid: id, name: found.name, read_replication: { mode: found.replication } });
  }),
  route('POST', '/d1/database/:id/query', 'D1 Edit', ({ databases }, { id = '' }, { body }) => {
    const found = databases.get(id);
    if (!found) return refused(404, 7404, 'The database was not found');
    const { sql } = z.object({ sql: z.string() }).parse(body);
    const isQuery = /^\s*(?:select|pragma)/i.test(sql);
    const results = isQuery ? found.sql.prepare(sql).all() : [];
    // As in D1, all statements in a request take effect together or not at all.
    if (!isQuery) found.sql.exec(`BEGIN;${sql}\n;COMMIT`);
    return ok([{ success: true, results, meta: { duration: 0 } }]);
  }),
];

const bucketKey = (name: string, jurisdiction?: string) =>
  jurisdiction === undefined ? name : `${jurisdiction}/${name}`;

const bucketRoutes = [
  route('GET', '/r2/buckets/:name', 'Workers R2 Storage Edit', ({ buckets }, { name = '' }, { jurisdiction }) => {
    const found = buckets.get(bucketKey(name, jurisdiction));
    return found ? ok({ name, location: found.location }) : noBucket;
  }),
  route('POST', '/r2/buckets', 'Workers R2 Storage Edit', ({ buckets, limits }, _, { body, jurisdiction }) => {
    const asked = z.strictObject({ name: z.string(), locationHint: z.string().optional() }).parse(body);
    const key = bucketKey(asked.name, jurisdiction);
    if (buckets.has(key)) return refused(409, 10_004, 'The bucket you tried to create already exists, and you own it.');
    if (buckets.size >= limits.buckets) return refused(400, 10_009, 'Account bucket limit exceeded');
    buckets.set(key, { location: asked.locationHint ?? null, lifecycle: [], cors: null });
    return ok({ name: asked.name });
  }),
  route(
    'GET',
    '/r2/buckets/:name/lifecycle',
    'Workers R2 Storage Edit',
    ({ buckets }, { name = '' }, { jurisdiction }) => {
      const found = buckets.get(bucketKey(name, jurisdiction));
      return found ? ok({ rules: found.lifecycle }) : noBucket;
    },
  ),
  route(
    'PUT',
    '/r2/buckets/:name/lifecycle',
    'Workers R2 Storage Edit',
    ({ buckets }, { name = '' }, { body, jurisdiction }) => {
      const found = buckets.get(bucketKey(name, jurisdiction));
      if (!found) return noBucket;
      found.lifecycle = z.strictObject({ rules: z.array(z.unknown()) }).parse(body).rules;
      return ok({});
    },
  ),
  route('GET', '/r2/buckets/:name/cors', 'Workers R2 Storage Edit', ({ buckets }, { name = '' }, { jurisdiction }) => {
    const rules = buckets.get(bucketKey(name, jurisdiction))?.cors;
    return rules ? ok({ rules }) : refused(404, 10_059, 'The CORS configuration does not exist.');
  }),
  route(
    'PUT',
    '/r2/buckets/:name/cors',
    'Workers R2 Storage Edit',
    ({ buckets }, { name = '' }, { body, jurisdiction }) => {
      const found = buckets.get(bucketKey(name, jurisdiction));
      if (!found) return noBucket;
      found.cors = z.strictObject({ rules: z.array(z.unknown()) }).parse(body).rules;
      return ok({});
    },
  ),
];
const noBucket = refused(404, 10_006, 'The specified bucket does not exist.');

const queueRoutes = [
  route('GET', '/queues', 'Queues Edit', ({ queues }, _, { query }) => {
    const names = query.getAll('name');
    return page([...queues.values()].filter(({ name }) => names.length === 0 || names.includes(name)).map(described));
  }),
  route('POST', '/queues', 'Queues Edit', (account, _, { body }) => {
    const asked = z.strictObject({ queue_name: z.string(), jurisdiction: jurisdictionSchema.optional() }).parse(body);
    const { queue_name: name, jurisdiction = null } = asked;
    if ([...account.queues.values()].some((queue) => queue.name === name))
      return refused(409, 11_009, `Queue name '${name}' is already taken. Please use a different name and try again.`);
    if (account.queues.size >= account.limits.queues)
      return refused(403, 11_002, 'You have reached the limit of queues for this account.');
    const queue = { id: account.newId(), name, jurisdiction, consumers: [] };
    account.queues.set(queue.id, queue);
    return ok(described(queue));
  }),
  route('GET', '/queues/:id/consumers', 'Queues Edit', ({ queues }, { id = '' }) =>
    page(queues.get(id)?.consumers ?? []),
  ),
  route('POST', '/queues/:id/consumers', 'Queues Edit', ({ queues }, { id = '' }, { body }) => {
    const queue = queues.get(id);
    if (!queue) return refused(404, 11_000, 'Queue not found');
    if (queue.consumers.length > 0) return refused(409, 11_004, 'Queue already has a consumer');
    queue.consumers.push(consumerOf(id, body));
    return ok(queue.consumers[0]);
  }),
  route('PUT', '/queues/:id/consumers/:consumer', 'Queues Edit', ({ queues }, { id = '' }, { body }) => {
    const queue = queues.get(id);
    if (!queue) return refused(404, 11_000, 'Queue not found');
    queue.consumers = [consumerOf(id, body)];
    return ok(queue.consumers[0]);
  }),
];

function consumerOf(id: string, body: unknown) {
  const { script_name: script, ...asked } = z.looseObject({ script_name: z.string() }).parse(body);
  return { ...asked, script, consumer_id: id };
}

function described({ id, name, consumers }: Queue) {
  return {
    queue_id: id,
    queue_name: name,
    producers: [],
    producers_total_count: 0,
    consumers,
    consumers_total_count: consumers.length,
  };
}

const writeGroup = { id: 'bucket-item-write', name: 'Workers R2 Storage Bucket Item Write' };
const tokenRoutes = [
  route('GET', '/accounts', 'Account Settings Read', ({ id, name }) => page([{ id, name }])),
  route('GET', '/tokens', 'Account API Tokens Edit', ({ tokens }) =>
    page([...tokens].map(([id, { name }]) => ({ id, name, status: 'active' }))),
  ),
  route('GET', '/tokens/permission_groups', 'Account API Tokens Edit', () => page([writeGroup])),
  route('POST', '/tokens', 'Account API Tokens Edit', (account, _, { body }) => {
    const group = z.strictObject({ id: z.literal(writeGroup.id) });
    const policy = z.strictObject({
      effect: z.literal('allow'),
      permission_groups: z.array(group),
      resources: z.record(z.string(), z.literal('*')),
    });
    const { name, policies } = z.strictObject({ name: z.string(), policies: z.array(policy) }).parse(body);
    const id = account.newId();
    account.tokens.set(id, { name, policies, value: `value-1-of-${id}` });
    return ok({ id, name, status: 'active', value: `value-1-of-${id}` });
  }),
  route('PUT', '/tokens/:id/value', 'Account API Tokens Edit', ({ tokens }, { id = '' }) => {
    const token = tokens.get(id);
    if (!token) return refused(404, 1001, 'Token not found');
    token.value = token.value.replace(/^value-(\d+)/, (_, count: string) => `value-${Number(count) + 1}`);
    return ok(token.value);
  }),
];

export const routes: Route[] = [...tokenRoutes, ...databaseRoutes, ...bucketRoutes, ...queueRoutes, ...workerRoutes];
