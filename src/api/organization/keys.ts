// Serves the routes that manage an organization's API keys. All but `self` need a key with `keys:admin`.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireId } from '../../access/actor.ts';
import { evictKey } from '../../access/key-cache.ts';
import { revokeKey, rotateKey } from '../../access/key-rotation.ts';
import { createKey, currentKey, keyById, listKeys } from '../../access/keys.ts';
import { keyStates } from '../../contract/states.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import {
  body,
  errors,
  json,
  newRouter,
  overlapBody,
  rotationOverlapMs,
  routesOf,
} from '../openapi/route-definitions.ts';
import { emptyBodyIsNull, jsonAtMost } from '../requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../requests/paging.ts';
import {
  keyModel,
  keyWire,
  keyWithSecret,
  newKeyBody,
  ownKeyModel,
  ownKeyWire,
  shownKeyWire,
  toKeyFields,
} from '../responses/key-wire.ts';

const route = routesOf('Keys');
const identified = { params: z.object({ key_id: z.string() }) };

const create = route.post('/', 'createKey', {
  'x-slipway-command': 'keys create {name} --scopes {scopes}',
  summary: 'Create an API key',
  description:
    'Needs the scope `keys:admin`, like all key operations except `getOwnKey`. A key cannot grant scopes, namespaces or a lifetime beyond its own. The secret is shown in this response only.',
  request: { body: body(newKeyBody) },
  responses: { 200: json('The key and its secret', keyWithSecret), ...errors(404) },
});
const list = route.get('/', 'listKeys', {
  'x-slipway-command': 'keys list',
  summary: 'List API keys',
  description: 'A key bound to namespaces sees only keys bound to a subset of them.',
  request: {
    query: z.object({
      status: z.enum(keyStates).optional(),
      ...pageFields,
    }),
  },
  responses: { 200: json('A page of keys, oldest first', pageOf(keyModel)) },
});
const self = route.get('/self', 'getOwnKey', {
  'x-slipway-command': 'whoami',
  summary: 'Get the current API key',
  description: 'Returns the key that authenticates the request. Needs no scope.',
  responses: { 200: json('The key, with its organization', ownKeyModel), ...errors(404) },
});
const get = route.get('/{key_id}', 'getKey', {
  summary: 'Get an API key',
  request: identified,
  responses: { 200: json('The key', keyModel) },
});
const revoke = route.delete('/{key_id}', 'revokeKey', {
  'x-slipway-command': 'keys revoke {key_id}',
  summary: 'Revoke an API key',
  description:
    'The key stops working within 10 s and stays in the list. The last active key with `keys:admin` for all namespaces is revoked only with `allow_last=true`, because afterwards only the operator can create keys.',
  request: {
    ...identified,
    query: z.object({
      allow_last: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'Revoke the key even if no key that can create keys remains' }),
    }),
  },
  responses: { 200: json('The key', keyModel), ...errors(409) },
});
const rotate = route.post('/{key_id}/rotate', 'rotateKey', {
  'x-slipway-command': 'keys rotate {key_id}',
  summary: "Rotate an API key's secret",
  description:
    'The new secret works immediately and is shown in this response only. The previous secret works until the overlap ends, or for up to 10 s without an overlap. A key cannot rotate a key that has more permissions.',
  request: {
    ...identified,
    body: overlapBody('How long the previous secret keeps working', 0),
  },
  responses: { 200: json('The key and its new secret', keyWithSecret) },
});

export function keys(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  const bodies = jsonAtMost(64 * 1024);
  routes.use('/', bodies);
  routes.use('/:key_id/rotate', bodies, emptyBodyIsNull);
  routes.openapi(create, async (c) => {
    const created = await createKey(c.var.deps, requireActor(c), toKeyFields(c.req.valid('json')));
    return c.json(shownKeyWire(created, c.var.deps), 200);
  });
  routes.openapi(list, (c) =>
    answerPage(
      c,
      (query) => listKeys(c.var.deps, requireActor(c), query.status, query),
      (key) => keyWire(key, c.var.deps),
    ),
  );
  routes.openapi(self, async (c) => c.json(ownKeyWire(await currentKey(c.var.deps, requireActor(c)), c.var.deps), 200));
  routes.openapi(get, async (c) =>
    c.json(keyWire(await keyById(c.var.deps, requireActor(c), keyIdOf(c)), c.var.deps), 200),
  );
  routes.openapi(revoke, async (c) => {
    const allowLast = c.req.valid('query').allow_last === 'true';
    const key = await revokeKey(c.var.deps, requireActor(c), keyIdOf(c), allowLast);
    evictKey(c.var.caches.keys, key.id, c.var.deps.clock.now());
    return c.json(keyWire(key, c.var.deps), 200);
  });
  routes.openapi(rotate, async (c) => {
    const overlapMs = rotationOverlapMs(c.req.valid('json'), 0);
    const rotated = await rotateKey(c.var.deps, requireActor(c), keyIdOf(c), overlapMs);
    evictKey(c.var.caches.keys, rotated.key.id, c.var.deps.clock.now());
    return c.json(shownKeyWire(rotated, c.var.deps), 200);
  });
  return routes;
}

const keyIdOf = (c: Context<AppEnv>) => requireId('apiKey', c.req.param('key_id') ?? '', 'key');
