// Serves the operators' routes, which need the admin token: create organizations, list them and set their quotas. While Slipway is
// running, this is the only way to do that.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireId } from '../../access/actor.ts';
import { createKey } from '../../access/keys.ts';
import {
  changeOrganization,
  createOrganization,
  listOrganizations,
  type Organization,
  type OrganizationDetails,
  operatorActor,
  organizationById,
  type QuotaChanges,
  setQuotas,
} from '../../access/organizations.ts';
import type { ActorRef } from '../../contract/actor.ts';
import { perResource, type QuotaResource, quotaResources, quotaTable } from '../../contract/limits/quotas.ts';
import { apiLimits } from '../../contract/limits/requests.ts';
import { jurisdictions } from '../../contract/plugin/placement.ts';
import { iso } from '../../core/clock.ts';
import { cancelDeletion, requestDeletion } from '../../organizations/deletion.ts';
import { requireOperator } from '../authentication/operator-tokens.ts';
import type { AppEnv } from '../context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { idempotent } from '../requests/idempotency.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../requests/paging.ts';
import { keyWithSecret, newKeyBody, shownKeyWire, toKeyFields } from '../responses/key-wire.ts';
import { adminBudgets } from './budgets.ts';
import { adminBuilders } from './builders.ts';
import { deletionModel, deletionWire } from './organization.ts';
import { quarantines } from './quarantines.ts';
import { quotasModel, quotasWire } from './quotas.ts';

const operator: ActorRef = { type: 'admin', id: 'admin-token' };

const route = routesOf('Admin');
const identified = { params: z.object({ organization_id: z.string() }) };

const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const organizationName = z.string().min(1).max(100).openapi({ example: 'Acme' });

const changeOf = (resource: QuotaResource) =>
  amount.nullish().openapi({ description: `Null resets the quota to its default, ${quotaTable[resource].fallback}` });
const quotaChanges = z.object(perResource(changeOf)).openapi('QuotaChanges');

const organizationModel = z
  .object({ organization_id: z.string(), name: organizationName, created_at: z.iso.datetime() })
  .openapi('Organization');

const jurisdiction = z.enum(jurisdictions).nullable();

const organizationInFull = organizationModel
  .extend({
    jurisdiction: jurisdiction.openapi({
      description: "The region that the organization's instances are restricted to, or null",
    }),
    quotas: quotasModel,
  })
  .openapi('OrganizationInFull');

const create = route.post('/organizations', 'createOrganization', {
  'x-slipway-command': 'orgs create {name}',
  summary: 'Create an organization and its first key',
  description: 'Needs the admin token, like all admin operations. The key is shown in this response only.',
  request: {
    body: body(
      z.object({
        name: organizationName,
        plugins_per_namespace: amount
          .optional()
          .openapi({ description: 'Short for `quotas.plugins_per_namespace`, which takes precedence.' }),
        quotas: quotaChanges.optional(),
      }),
    ),
  },
  responses: {
    200: json(
      'The organization, its default namespace and its first key',
      z.object({
        success: z.literal(true),
        organization_id: z.string(),
        name: organizationName,
        namespace_id: z.string(),
        key_id: z.string(),
        api_key: z.string(),
        created_at: z.iso.datetime(),
      }),
    ),
  },
});
const list = route.get('/organizations', 'listOrganizations', {
  summary: 'List organizations',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of organizations, oldest first', pageOf(organizationModel)) },
});
const get = route.get('/organizations/{organization_id}', 'getOrganization', {
  summary: 'Get an organization with usage and quotas',
  request: identified,
  responses: { 200: json('The organization', organizationInFull) },
});
const change = route.patch('/organizations/{organization_id}/quotas', 'setQuotas', {
  summary: "Update an organization's quotas",
  description:
    'Omitted quotas keep their values. A quota below the current usage removes nothing and only rejects additions.',
  request: { ...identified, body: body(quotaChanges) },
  responses: { 200: json('The organization', organizationInFull) },
});
const restrict = route.patch('/organizations/{organization_id}', 'updateOrganization', {
  summary: "Update an organization's name or region",
  description:
    "Omitted fields keep their values. `jurisdiction` keeps the Durable Objects of container instances in one Cloudflare region, starting with the next deployment; redeploy live plugins to move them. It doesn't affect builds, the database, the bucket or the queues: `npm run setup -- --jurisdiction` restricts those, and then rejects organizations in any other jurisdiction.",
  request: {
    ...identified,
    body: body(z.object({ name: organizationName.optional(), jurisdiction: jurisdiction.optional() })),
  },
  responses: { 200: json('The organization', organizationInFull) },
});
const createKeyThere = route.post('/organizations/{organization_id}/keys', 'createOrganizationKey', {
  summary: 'Create an API key for an organization',
  description:
    'For an organization that no longer has a key with `keys:admin`. The secret is shown in this response only.',
  request: { ...identified, body: body(newKeyBody) },
  responses: { 200: json('The key and its secret', keyWithSecret) },
});
const requestDeletionThere = route.post('/organizations/{organization_id}/deletion', 'requestDeletionOfOrganization', {
  summary: "Request an organization's deletion",
  description:
    'After seven days Slipway closes the organization and deletes all its data. Until then everything keeps working, and its administrators can also cancel the deletion.',
  request: identified,
  responses: { 200: json('When the deletion is due', deletionModel) },
});
const cancelDeletionThere = route.delete('/organizations/{organization_id}/deletion', 'cancelDeletionOfOrganization', {
  summary: "Cancel an organization's deletion",
  description: 'Changes nothing if no deletion was requested. Fails once the organization is closed.',
  request: identified,
  responses: { 200: json('The organization stays', deletionModel), ...errors(409) },
});

export function admin(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use(async (c, next) => {
    await requireOperator(c);
    await next();
  });
  routes.use(idempotent, jsonAtMost(apiLimits.operatorBytes));
  routes.openapi(create, async (c) => {
    const { name, plugins_per_namespace, quotas } = c.req.valid('json');
    const changes = changesOf({ plugins_per_namespace, ...quotas });
    const created = await createOrganization(c.var.deps, { name, actor: operator, quotas: changes });
    return c.json(
      {
        success: true as const,
        organization_id: created.organizationId,
        name,
        namespace_id: created.namespaceId,
        key_id: created.keyId,
        api_key: created.key,
        created_at: iso(created.createdAt),
      },
      200,
    );
  });
  routes.openapi(list, (c) => answerPage(c, (query) => listOrganizations(c.var.deps, query), wire));
  routes.openapi(get, async (c) => c.json(wireInFull(await organizationById(c.var.deps, organizationIdOf(c))), 200));
  routes.openapi(change, async (c) => {
    const changes = changesOf(c.req.valid('json'));
    return c.json(wireInFull(await setQuotas(c.var.deps, organizationIdOf(c), operator, changes)), 200);
  });
  routes.openapi(restrict, async (c) => {
    const changes = c.req.valid('json');
    return c.json(wireInFull(await changeOrganization(c.var.deps, organizationIdOf(c), operator, changes)), 200);
  });
  routes.route('/builders', adminBuilders());
  routes.route('/organizations/:organization_id/budget', adminBudgets(operator));
  routes.route('/quarantines', quarantines());
  routes.openapi(createKeyThere, async (c) => {
    const actor = await operatorActor(c.var.deps, organizationIdOf(c), operator);
    const created = await createKey(c.var.deps, actor, toKeyFields(c.req.valid('json')));
    return c.json(shownKeyWire(created, c.var.deps), 200);
  });
  addDeletion(routes);
  return routes;
}

function addDeletion(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(requestDeletionThere, async (c) =>
    c.json(deletionWire(await requestDeletion(c.var.deps, organizationIdOf(c), operator)), 200),
  );
  routes.openapi(cancelDeletionThere, async (c) =>
    c.json(deletionWire(await cancelDeletion(c.var.deps, organizationIdOf(c), operator)), 200),
  );
}

const organizationIdOf = (c: Context<AppEnv>) => requireId('organization', c.req.param('organization_id') ?? '');

/** Removes omitted fields, which zod returns as undefined. */
function changesOf(given: Partial<z.infer<typeof quotaChanges>>): QuotaChanges {
  const changes: QuotaChanges = {};
  for (const resource of quotaResources) {
    const maxAllowed = given[resource];
    if (maxAllowed !== undefined) changes[resource] = maxAllowed;
  }
  return changes;
}

function wire({ id, name, createdAt }: Organization): z.infer<typeof organizationModel> {
  return { organization_id: id, name, created_at: iso(createdAt) };
}

function wireInFull(details: OrganizationDetails): z.infer<typeof organizationInFull> {
  const { organization } = details;
  return { ...wire(organization), jurisdiction: organization.jurisdiction, quotas: quotasWire(details) };
}
