// Serves administrators' operations on their whole organization: its settings and its deletion.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { extractorPlacements } from '../../contract/states.ts';
import { isoOrNull } from '../../core/clock.ts';
import {
  cancelDeletion,
  type Deletion,
  readDeletion,
  requestDeletion,
  requireAdministrator,
} from '../../organizations/deletion.ts';
import { changeSettings, type OrganizationSettings, readSettings } from '../../organizations/settings.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { body, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { idempotent } from '../requests/idempotency.ts';
import { jsonAtMost } from '../requests/json-body.ts';

export const deletionModel = z
  .object({
    organization_id: z.string(),
    name: z.string(),
    deletion_due_at: z.iso.datetime().nullable().openapi({
      description:
        'When Slipway closes the organization and deletes all its data. Until then everything keeps working, and the deletion can be cancelled. Null if no deletion is requested',
    }),
  })
  .openapi('OrganizationDeletion');

export function deletionWire({ organizationId, name, dueAt }: Deletion): z.infer<typeof deletionModel> {
  return { organization_id: organizationId, name, deletion_due_at: isoOrNull(dueAt) };
}

const route = routesOf('Organization');
const needs = 'Needs the scope `keys:admin` and a key that is not bound to namespaces.';

const placement = z.enum(extractorPlacements).openapi({
  description:
    'Where extractor versions run if neither their manifest nor their namespace says: `ray` on a Ray cluster, `sandbox` confined by Slipway. Applies to deployments from now on',
  example: 'sandbox',
});

const settingsModel = z
  .object({ organization_id: z.string(), name: z.string(), placement })
  .openapi('OrganizationSettings');

const lookAtSettings = route.get('/settings', 'getOrganizationSettings', {
  'x-slipway-command': 'orgs show',
  summary: "Get the organization's settings",
  description: needs,
  responses: { 200: json('The settings', settingsModel) },
});
const set = route.patch('/settings', 'updateOrganizationSettings', {
  'x-slipway-command': 'orgs set --placement {placement}',
  summary: "Update the organization's settings",
  description: needs,
  request: { body: body(z.object({ placement }).openapi('OrganizationSettingsChanges')) },
  responses: { 200: json('The settings', settingsModel) },
});
const look = route.get('/deletion', 'getOrganizationDeletion', {
  'x-slipway-command': 'orgs show',
  summary: "Get the state of the organization's deletion",
  description: needs,
  responses: { 200: json('Whether deletion is requested, and when it is due', deletionModel) },
});
const request = route.post('/deletion', 'requestOrganizationDeletion', {
  'x-slipway-command': 'orgs leave',
  summary: "Request the organization's deletion",
  description: `After seven days the organization is closed: its keys are revoked, its plugins stop, and all its data is deleted. Until then everything keeps working, and the request can be cancelled. Repeating it changes nothing. ${needs}`,
  request: {
    body: body(
      z.object({
        organization_id: z
          .string()
          .openapi({ description: "The key's organization, as a safeguard against deleting another one" }),
      }),
    ),
  },
  responses: { 200: json('When the deletion is due', deletionModel) },
});
const cancel = route.delete('/deletion', 'cancelOrganizationDeletion', {
  'x-slipway-command': 'orgs stay',
  summary: "Cancel the organization's deletion",
  description: `Changes nothing if no deletion was requested. ${needs}`,
  responses: { 200: json('The organization stays', deletionModel) },
});

function settingsWire({ organizationId, ...settings }: OrganizationSettings): z.infer<typeof settingsModel> {
  return { organization_id: organizationId, ...settings };
}

export function organization(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use(idempotent, jsonAtMost(64 * 1024));
  routes.openapi(lookAtSettings, async (c) =>
    c.json(settingsWire(await readSettings(c.var.deps, requireActor(c))), 200),
  );
  routes.openapi(set, async (c) =>
    c.json(settingsWire(await changeSettings(c.var.deps, requireActor(c), c.req.valid('json'))), 200),
  );
  routes.openapi(look, async (c) => {
    const actor = requireActor(c);
    requireAdministrator(actor);
    return c.json(deletionWire(await readDeletion(c.var.deps, actor.organizationId)), 200);
  });
  routes.openapi(request, async (c) => {
    const actor = requireActor(c);
    requireAdministrator(actor, c.req.valid('json').organization_id);
    return c.json(deletionWire(await requestDeletion(c.var.deps, actor.organizationId, actor.ref)), 200);
  });
  routes.openapi(cancel, async (c) => {
    const actor = requireActor(c);
    requireAdministrator(actor);
    return c.json(deletionWire(await cancelDeletion(c.var.deps, actor.organizationId, actor.ref)), 200);
  });
  return routes;
}
