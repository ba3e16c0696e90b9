// API keys of an organization, managed by those of them that have keys:admin.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../../access/actor.ts';
import { revokeKey, rotateKey } from '../../access/key-changes.ts';
import { type ApiKey, createKey, keyById, listKeys, stateOf } from '../../access/keys.ts';
import { forgetKey } from '../../access/known-keys.ts';
import { scopeSchema } from '../../contract/scopes.ts';
import { keyStates } from '../../contract/states.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import { type ApiKeyId, isId } from '../../core/ids.ts';
import { decodeCursor, pageLimitDefault, pageLimitMax } from '../../core/page.ts';
import { type AppEnv, actorOf, namespaceIdOf } from '../context.ts';
import { emptyBodyIsNull, jsonAtMost } from '../middleware.ts';
import { bearer, body, errors, json, newRouter } from '../openapi.ts';
import { instant } from './event-wire.ts';

const common = { tags: ['Keys'], security: bearer };
const identified = { params: z.object({ key_id: z.string().openapi({ example: 'key_…' }) }) };
const time = z.iso.datetime();

const model = z
  .object({
    key_id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: 'How the secret begins', example: 'sk_3kQx9bT' }),
    scopes: z.array(scopeSchema),
    namespace_ids: z.array(z.string()).nullable().openapi({ description: 'Null: all of the organization' }),
    status: z.enum(keyStates),
    created_at: time,
    expires_at: time.nullable(),
    last_used_at: time.nullable().openapi({ description: 'To the minute' }),
    revoked_at: time.nullable(),
    previous_valid_until: time.nullable().openapi({ description: 'Until then the secret before works, too' }),
  })
  .openapi('ApiKey');

const withSecret = model
  .extend({ api_key: z.string().openapi({ description: 'Shown in this answer only', example: 'sk_…' }) })
  .openapi('ApiKeyWithSecret');

const create = createRoute({
  ...common,
  method: 'post',
  path: '/',
  operationId: 'createKey',
  summary: 'Make an API key',
  description:
    'Needs the scope keys:admin, as all of these. A key gives no scope, namespace or time that it lacks itself. The secret is shown in this answer only.',
  request: {
    body: body(
      z.object({
        name: z.string().min(1).max(100),
        scopes: z.array(scopeSchema).min(1).max(scopeSchema.options.length),
        namespace_ids: z
          .array(z.string())
          .min(1)
          .max(50)
          .nullish()
          .openapi({ description: 'Null or left out: all that the key which asks has' }),
        expires_at: instant.nullish().openapi({ description: 'Null or left out: when the key which asks does' }),
      }),
    ),
  },
  responses: { 200: json('The key and its secret', withSecret), ...errors(401, 403, 404, 413, 422) },
});
const list = createRoute({
  ...common,
  method: 'get',
  path: '/',
  operationId: 'listKeys',
  summary: 'List API keys',
  description: 'A key that is bound to namespaces sees those that are bound to no others.',
  request: {
    query: z.object({
      status: z.enum(keyStates).optional(),
      limit: z.coerce.number().int().min(1).max(pageLimitMax).default(pageLimitDefault),
      cursor: z.string().optional(),
    }),
  },
  responses: {
    200: json(
      'A page of keys, the oldest first',
      z.object({
        results: z.array(model),
        pagination: z.object({ limit: z.int(), next_cursor: z.string().nullable() }),
      }),
    ),
    ...errors(401, 403, 422),
  },
});
const get = createRoute({
  ...common,
  method: 'get',
  path: '/{key_id}',
  operationId: 'getKey',
  summary: 'Get an API key',
  request: identified,
  responses: { 200: json('The key', model), ...errors(401, 403, 404) },
});
const revoke = createRoute({
  ...common,
  method: 'delete',
  path: '/{key_id}',
  operationId: 'revokeKey',
  summary: 'Revoke an API key',
  description:
    'It opens nothing from then on, after 10 s at the latest. It stays in the list. The last active key with keys:admin for all namespaces is not revoked without allow_last: afterwards only the operator can make one.',
  request: {
    ...identified,
    query: z.object({ allow_last: z.enum(['true', 'false']).default('false') }),
  },
  responses: { 200: json('The key', model), ...errors(401, 403, 404, 409, 422) },
});
const rotate = createRoute({
  ...common,
  method: 'post',
  path: '/{key_id}/rotate',
  operationId: 'rotateKey',
  summary: "Change an API key's secret",
  description:
    'The new one works at once, and is shown in this answer only. The one before works for the overlap, and for 10 s at most without one. A key rotates none that has more than it has itself.',
  request: {
    ...identified,
    body: body(
      z
        .object({
          overlap_seconds: z
            .int()
            .min(0)
            .max(7 * 86_400)
            .default(0)
            .openapi({ description: 'How long the secret before goes on working' }),
        })
        .nullable(),
      false,
    ),
  },
  responses: { 200: json('The key and its new secret', withSecret), ...errors(401, 403, 404, 409, 413, 422) },
});

export function keys(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  const bodies = jsonAtMost(64 * 1024);
  routes.use('/', bodies);
  routes.use('/:key_id/rotate', bodies, emptyBodyIsNull);
  routes.openapi(create, async (c) => {
    const { name, scopes, namespace_ids, expires_at } = c.req.valid('json');
    const { key, secret } = await createKey(c.var.deps, actorOf(c), {
      name,
      scopes: [...new Set(scopes)],
      namespaceIds: namespace_ids ? [...new Set(namespace_ids.map(namespaceIdOf))] : null,
      ...(typeof expires_at === 'number' ? { expiresAt: expires_at } : {}),
    });
    return c.json({ ...wire(c, key), api_key: secret }, 200);
  });
  routes.openapi(list, async (c) => {
    const { status, limit, cursor } = c.req.valid('query');
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const page = await listKeys(c.var.deps, actorOf(c), status, { limit, ...(after ? { cursor: after } : {}) });
    const results = page.items.map((key) => wire(c, key));
    return c.json({ results, pagination: { limit, next_cursor: page.nextCursor } }, 200);
  });
  routes.openapi(get, async (c) => c.json(wire(c, await keyById(c.var.deps, actorOf(c), keyIdOf(c))), 200));
  routes.openapi(revoke, async (c) => {
    const allowLast = c.req.valid('query').allow_last === 'true';
    const key = await revokeKey(c.var.deps, actorOf(c), keyIdOf(c), allowLast);
    forgetKey(c.var.caches.keys, key.id);
    return c.json(wire(c, key), 200);
  });
  routes.openapi(rotate, async (c) => {
    const overlapMs = (c.req.valid('json')?.overlap_seconds ?? 0) * 1000;
    const { key, secret } = await rotateKey(c.var.deps, actorOf(c), keyIdOf(c), overlapMs);
    forgetKey(c.var.caches.keys, key.id);
    return c.json({ ...wire(c, key), api_key: secret }, 200);
  });
  return routes;
}

/** Text that isn't a key's id names one that doesn't exist. */
function keyIdOf(c: Context<AppEnv>): ApiKeyId {
  const text = c.req.param('key_id') ?? '';
  if (!isId('apiKey', text)) throw notFound('key', text);
  return text;
}

function wire(c: Context<AppEnv>, key: ApiKey): z.infer<typeof model> {
  const now = c.var.deps.clock.now();
  return {
    key_id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    namespace_ids: key.namespaceIds,
    status: stateOf(key, now),
    created_at: iso(key.createdAt),
    expires_at: isoOrNull(key.expiresAt),
    last_used_at: isoOrNull(key.lastUsedAt),
    revoked_at: isoOrNull(key.revokedAt),
    previous_valid_until: key.previousUntil !== null && key.previousUntil > now ? iso(key.previousUntil) : null,
  };
}
