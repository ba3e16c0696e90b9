// Serves the grant routes: permissions that an organization gives its plugins beyond the defaults (D48).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../../access/owners.ts';
import type { AppEnv } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { policyAdmin } from '../../../api/organization/policy-surface.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import { permissionsModel } from '../../../api/responses/version-fields.ts';
import { writtenPermissions } from '../../../contract/plugin/permissions.ts';
import { iso } from '../../../core/clock.ts';
import { type Grant, grantableKinds, listGrants, putGrant, revokeGrant } from '../grants.ts';

const route = routesOf('Grants');

const plugin = z.string().min(1).max(200).openapi({ description: "A plugin's name", example: 'http_lookup' });
const kind = z.enum(grantableKinds).default('extractor').openapi({ description: "The plugin's kind" });
const namespace = z.string().min(1).max(200).openapi({
  description:
    "ID or name of an extractor's namespace. Omitted for the organization's own extractors, and for Go plugins",
});

const grantModel = z
  .object({
    plugin,
    kind: z.enum(grantableKinds),
    namespace_id: z.string().nullable().openapi({ description: "Null for the organization's own plugin" }),
    permissions: permissionsModel,
    granted_by: actorModel,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Grant');

const list = route.get('/', 'listGrants', {
  'x-slipway-command': 'grants list',
  summary: 'List grants',
  description:
    'Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on grants.',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of grants', pageOf(grantModel)) },
});
const put = route.put('/', 'putGrant', {
  'x-slipway-command': 'grants give {plugin}',
  summary: 'Grant permissions to a plugin',
  description:
    "Replaces the plugin's grant, for all its versions. Deployments that ask for more fail, and running instances that ask for more are stopped.",
  request: {
    body: body(
      z
        .object({
          plugin,
          kind,
          namespace: namespace.optional(),
          permissions: writtenPermissions,
          add: z.boolean().default(false).openapi({ description: 'Add to the current grant instead of replacing it' }),
        })
        .openapi('GrantRequest'),
    ),
  },
  responses: { 200: json('The grant', grantModel), ...errors(404, 409) },
});
const revoke = route.delete('/', 'revokeGrant', {
  'x-slipway-command': 'grants revoke {plugin}',
  summary: "Revoke a plugin's grant",
  description:
    "Stops the plugin's instances that ask for permissions. Their next call fails with the command that grants the permissions.",
  request: { query: z.object({ plugin, kind, namespace: namespace.optional() }) },
  responses: {
    200: json('The plugin, which now has no grant', z.object({ success: z.literal(true), plugin })),
    ...errors(404),
  },
});

export function grantRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(32 * 1024));
  routes.openapi(list, (c) => answerPage(c, (query) => listGrants(c.var.deps, policyAdmin(c), query), grantWire));
  routes.openapi(put, async (c) => {
    const actor = policyAdmin(c);
    const { plugin: name, kind, namespace = null, ...given } = c.req.valid('json');
    const grant = await putGrant(c.var.deps, actor, { kind, name, namespace }, given);
    return c.json(grantWire(grant), 200);
  });
  routes.openapi(revoke, async (c) => {
    const actor = policyAdmin(c);
    const { plugin: name, kind, namespace = null } = c.req.valid('query');
    await revokeGrant(c.var.deps, actor, { kind, name, namespace });
    return c.json({ success: true as const, plugin: name }, 200);
  });
  return routes;
}

function grantWire({ plugin, permissions, grantedBy, createdAt, updatedAt }: Grant): z.infer<typeof grantModel> {
  return {
    plugin: plugin.name,
    kind: plugin.kind === 'agent' ? 'extractor' : plugin.kind,
    namespace_id: ownerNamespace(plugin.ownerId),
    permissions,
    granted_by: grantedBy,
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
  };
}
