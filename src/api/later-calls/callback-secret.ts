// Serves the route for the secret that signs requests to a namespace's callbacks.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { isoOrNull } from '../../core/clock.ts';
import { rotateCallbackSecret } from '../../serve/later/callbacks/secret.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { json, newRouter, overlapBody, rotationOverlapMs, routesOf } from '../openapi/route-definitions.ts';
import { emptyBodyIsNull, jsonAtMost } from '../requests/json-body.ts';

const rotate = routesOf('Later calls').post('/', 'rotateCallbackSecret', {
  'x-slipway-command': 'calls secret',
  summary: 'Create or rotate the callback secret',
  description:
    "Needs the scope `webhooks:admin`. The secret signs the results that are sent to the namespace's callbacks, as in Standard Webhooks. During the overlap, results are also signed with the previous secret. The new secret is shown in this response only.",
  request: {
    params: z.object({ namespace_id: z.string() }),
    body: overlapBody('How long results are also signed with the previous secret'),
  },
  responses: {
    200: json(
      'The secret',
      z
        .object({
          namespace_id: z.string(),
          secret: z.string().openapi({
            description: 'Shown in this response only',
            example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwP2WcT5hYbDk=',
          }),
          previous_valid_until: z.iso.datetime().nullable(),
        })
        .openapi('CallbackSecret'),
    ),
  },
});

export function callbackSecret(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(10_000), emptyBodyIsNull);
  routes.openapi(rotate, async (c) => {
    const namespaceId = parseNamespaceId(c.req.valid('param').namespace_id);
    const overlapMs = rotationOverlapMs(c.req.valid('json'));
    const { previousUntil, secret } = await rotateCallbackSecret(c.var.deps, requireActor(c), namespaceId, overlapMs);
    return c.json({ namespace_id: namespaceId, secret, previous_valid_until: isoOrNull(previousUntil) }, 200);
  });
  return routes;
}
