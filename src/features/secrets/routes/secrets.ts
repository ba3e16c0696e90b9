// Serves the routes for a namespace's secrets. No response contains a value, or anything computed from one.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { deleted, listed, namedBy, namedItem } from '../../../api/extractors/named-items.ts';
import { body, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage } from '../../../api/requests/paging.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import { settingLimits } from '../../../contract/features/secrets/limits.ts';
import { secretLimits } from '../../../contract/limits/secrets.ts';
import { secretName } from '../../../contract/plugin/permissions.ts';
import { secretValue } from '../../../contract/plugin/secrets.ts';
import { iso } from '../../../core/clock.ts';
import { deleteSecret, listSecrets, type Secret, setSecret } from '../secrets.ts';

const route = routesOf('Secrets');

const secretModel = z
  .object({
    name: z.string().openapi({ example: 'OPENAI_API_KEY' }),
    revision: z.int().openapi({
      description: 'Revision of the value. Revisions are counted per namespace, so a later value has a higher number',
    }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    updated_by: actorModel,
    restarting: z.boolean().openapi({ description: 'Deployments with the previous value that are being replaced' }),
    live_with_value: z.int().openapi({ example: 2, description: 'Live deployments that have the current value' }),
    live_with_previous_value: z.int().openapi({
      example: 0,
      description:
        'Live deployments that still have a previous value. If some remain when nothing is restarting, their replacements failed: `GET …/deployments?status=failed` shows the reason',
    }),
  })
  .openapi('Secret');

const named = namedBy(secretName.openapi({ example: 'OPENAI_API_KEY' }));

const list = route.get('/', 'listSecrets', {
  ...listed(secretModel, 'secrets'),
  'x-slipway-command': 'secrets list',
  summary: 'List secrets, by name',
  description: 'Needs the scope `plugins:read`. Values are write-only and never returned.',
});
const set = route.put('/{name}', 'setSecret', {
  'x-slipway-command': 'secrets set {name}',
  summary: 'Create a secret or replace its value',
  description:
    'Needs the scope `namespaces:admin`. Plugins that ask for the secret in `permissions` read it when they start. Live versions are deployed again with the new value. The previous instances serve until the new ones are ready.',
  request: {
    ...named,
    body: body(
      z
        .object({ value: secretValue.openapi({ format: 'password', minLength: secretLimits.valueCharsMin }) })
        .openapi('SecretValue'),
    ),
  },
  responses: { 200: json('The secret, without its value', secretModel) },
});
const remove = route.delete('/{name}', 'deleteSecret', {
  ...deleted(named, 'asks for it'),
  'x-slipway-command': 'secrets delete {name}',
  'x-slipway-problems': ['in-use'],
  summary: 'Delete a secret',
  description:
    'Needs the scope `namespaces:admin`. Returns 409 while a live version asks for the secret, unless forced: running instances keep the value, and fail when they are started again.',
});

export function secretRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/:name', jsonAtMost(settingLimits.requestBytes));
  routes.openapi(list, (c) =>
    answerPage(
      c,
      (query) => listSecrets(c.var.deps, requireActor(c), parseNamespaceId(c.req.valid('param').namespace_id), query),
      wire,
    ),
  );
  routes.openapi(set, async (c) => {
    const secret = { ...namedItem(c.req.valid('param')), ...c.req.valid('json') };
    return c.json(wire(await setSecret(c.var.deps, requireActor(c), secret)), 200);
  });
  routes.openapi(remove, async (c) => {
    const item = namedItem(c.req.valid('param'));
    await deleteSecret(c.var.deps, requireActor(c), { ...item, force: c.req.valid('query').force === 'true' });
    return c.json({ success: true as const, name: item.name }, 200);
  });
  return routes;
}

function wire({ createdAt, name, revision, updatedAt, updatedBy, users }: Secret): z.infer<typeof secretModel> {
  return {
    name,
    revision,
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
    updated_by: updatedBy,
    restarting: users.restarting,
    live_with_value: users.withValue,
    live_with_previous_value: users.withPrevious,
  };
}
