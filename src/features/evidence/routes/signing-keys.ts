// Serves the installation's public keys to everyone, and the operator's routes that rotate and revoke keys.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { limitedByAddress } from '../../../api/authentication/address-limits.ts';
import { knownHostsOnly } from '../../../api/authentication/browser-requests.ts';
import type { AppEnv } from '../../../api/context/context.ts';
import { errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { keysFile, publicKeySchema, publicKeysSchema } from '../../../contract/features/evidence/evidence.ts';
import { listPublicKeys, revokeSigningKey, rotateSigningKey } from '../signing-keys.ts';

const keyModel = publicKeySchema.openapi('SigningKey');
const keysModel = publicKeysSchema.extend({ keys: z.array(keyModel) }).openapi('SigningKeys');

const list = createRoute({
  method: 'get',
  path: `/${keysFile}`,
  operationId: 'getSigningKeys',
  'x-slipway-command': 'signing-keys list',
  tags: ['Installation'],
  security: [],
  summary: 'List the public keys that verify evidence',
  description: 'Includes retired and revoked keys. Fetch it over TLS, and keep it for verification without a network.',
  responses: { 200: json('The keys, newest first', keysModel), ...errors(403, 429) },
});

export function publishedKeys(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use(list.path, knownHostsOnly, limitedByAddress);
  routes.openapi(list, async (c) => {
    c.header('cache-control', 'public, max-age=60');
    return c.json(await listPublicKeys(c.var.deps), 200);
  });
  return routes;
}

const route = routesOf('Admin');
const rotate = route.post('/rotate', 'rotateSigningKey', {
  'x-slipway-command': 'signing-keys rotate',
  summary: 'Replace the signing key',
  description: 'What the previous key signed stays valid.',
  responses: { 200: json('The new key', keyModel) },
});
const revoke = route.post('/{keyid}/revoke', 'revokeSigningKey', {
  'x-slipway-command': 'signing-keys revoke {keyid}',
  summary: 'Revoke a signing key',
  description:
    'For a stolen key. No signature by it counts any more. Slipway signs what it has stored again, with the current key, whenever it serves it.',
  request: { params: z.object({ keyid: z.string().openapi({ description: "The key's ID, as listed" }) }) },
  responses: { 200: json('The revoked key', keyModel) },
});

export function adminSigningKeys(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(rotate, async (c) => c.json(await rotateSigningKey(c.var.deps), 200));
  routes.openapi(revoke, async (c) => c.json(await revokeSigningKey(c.var.deps, c.req.valid('param').keyid), 200));
  return routes;
}
