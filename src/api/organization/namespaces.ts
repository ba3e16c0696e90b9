// Serves the namespace routes, in the extractor SDK's format (mixpeek §3).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { createNamespace, listNamespaces, updateNamespace } from '../../access/namespaces.ts';
import { type Namespace, namespaceByIdOrName } from '../../access/visible-namespaces.ts';
import { ageSchema, severities } from '../../contract/advisories.ts';
import { jsonObject, jsonValue } from '../../contract/json.ts';
import { extractorPlacements } from '../../contract/states.ts';
import { iso } from '../../core/clock.ts';
import { deleteNamespace } from '../../retirement/removal.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { approversQuery } from '../requests/approvers-query.ts';
import { emptyBodyIsNull, jsonAtMost } from '../requests/json-body.ts';
import { offsetField, pageFields } from '../requests/paging.ts';
import { mayMoveTraffic } from '../requests/read-your-writes.ts';
import { releaseField, releaseModel } from '../requests/release-choice.ts';

const featureExtractor = z
  .object({ feature_extractor_name: z.string().min(1), version: z.string().min(1) })
  .catchall(jsonValue);

const keepDescription =
  'Number of live versions that each promotion keeps: the version that serves the name, then the newest deployments. Older versions are undeployed. Null, the default, keeps all.';

const placementField = z.enum(extractorPlacements).openapi({
  description:
    "Where extractor versions run whose manifest doesn't say: `ray` on a Ray cluster, `sandbox` confined by Slipway. Applies to deployments from now on. Null, the default: the organization's",
});

const approvalDescription =
  'Whether new versions of its plugins wait until another person approves them. Refused with 409 if fewer than two members may approve, unless `without_approvers=true`. To set it to false, the key also needs `versions:approve`';

const refuseField = z.enum(severities).openapi({
  description:
    "New deployments of a version are refused if an advisory of at least this severity affects it. Live versions stay live, and rollbacks work. An advisory without a severity counts as critical; one whose vulnerable code a Go program doesn't reach doesn't count. Null, the default, refuses none. To refuse less, the key also needs `policy:admin`",
  example: 'high',
});

const olderField = ageSchema.openapi({
  description:
    'Least age of a package, in hours, days or weeks: younger ones are not resolved. Null, the default, allows every age. To lower it, the key also needs `policy:admin`',
  example: '3d',
});

const namespaceFields = z.object({
  namespace_name: z.string().min(1).max(200),
  namespace_type: z.enum(['standard', 'marketplace']).default('standard'),
  description: z.string().max(2000).nullish().openapi({ example: 'Trailers and posters' }),
  feature_extractors: z.array(featureExtractor).min(1).max(100),
  payload_indexes: z.array(jsonObject).nullish(),
  auto_create_indexes: z.boolean().nullish(),
  infrastructure: jsonObject.nullish(),
  ttl_seconds: z.int().positive().max(Number.MAX_SAFE_INTEGER).nullish(),
  keep_live_versions: z.int().min(1).max(1000).nullish().openapi({ description: keepDescription }),
  placement: placementField.nullish(),
  requires_approval: z.boolean().optional().openapi({ description: approvalDescription }),
  default_release: releaseField(
    'Applies to deployments from now on whose request and plugin say nothing. Null, the default, moves all calls at once',
  ),
  refuse_advisories: refuseField.nullish(),
  dependencies_older_than: olderField.nullish(),
});

const model = z
  .object({
    namespace_id: z.string(),
    namespace_name: z.string(),
    namespace_type: z.string(),
    description: z.string().nullable().openapi({ example: 'Trailers and posters' }),
    feature_extractors: z.array(featureExtractor.extend({ feature_extractor_id: z.string() })),
    payload_indexes: z.array(jsonObject).nullable(),
    auto_create_indexes: z.boolean(),
    infrastructure: jsonObject.nullable(),
    keep_live_versions: z.int().nullable().openapi({ description: keepDescription }),
    placement: placementField.nullable(),
    requires_approval: z.boolean(),
    default_release: releaseModel.nullable(),
    refuse_advisories: refuseField.nullable(),
    dependencies_older_than: olderField.nullable(),
    document_count: z.int().nullable(),
    bucket_count: z.int().nullable(),
    collection_count: z.int().nullable(),
    object_count: z.int().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Namespace');

const route = routesOf('Namespaces');
const identified = {
  params: z.object({ namespace_identifier: z.string().openapi({ description: "The namespace's ID or name" }) }),
};
const patch = namespaceFields
  .partial()
  .extend({ namespace_type: z.enum(['standard', 'marketplace']).optional() })
  .openapi('NamespaceChanges');

const create = route.post('/', 'createNamespace', {
  'x-slipway-command': 'namespaces create {namespace_name}',
  summary: 'Create a namespace',
  request: { query: approversQuery, body: body(namespaceFields) },
  responses: { 200: json('The namespace', model), ...errors(409) },
});
const list = route.post('/list', 'listNamespaces', {
  'x-slipway-command': 'namespaces list',
  summary: 'List namespaces',
  request: {
    query: z.object({
      ...pageFields,
      offset: offsetField,
      include_total: z
        .string()
        .optional()
        .openapi({ description: 'Accepted but ignored, because the total is always returned' }),
    }),
    body: body(z.looseObject({ search: z.string().nullish() }).nullable(), false),
  },
  responses: {
    200: json(
      'A page of namespaces',
      z.object({
        results: z.array(model),
        pagination: z.object({ limit: z.int(), offset: z.int(), next_cursor: z.string().nullable(), total: z.int() }),
        total_count: z.int(),
      }),
    ),
  },
});
const get = route.get('/{namespace_identifier}', 'getNamespace', {
  'x-slipway-command': 'namespaces show {namespace_identifier}',
  summary: 'Get a namespace',
  request: identified,
  responses: { 200: json('The namespace', model) },
});
const remove = route.delete('/{namespace_identifier}', 'deleteNamespace', {
  'x-slipway-command': 'namespaces delete {namespace_identifier}',
  middleware: mayMoveTraffic,
  summary: 'Delete a namespace and everything in it',
  description:
    'Needs `versions:approve` too if the namespace or one of its plugins demands approval, `policy:admin` if the namespace refuses advisories or young packages, and `keys:admin` if it has a budget. The namespace `default` cannot be deleted: every organization has it.',
  request: identified,
  responses: {
    200: json(
      'Deleted',
      z.object({
        success: z.literal(true),
        namespace_id: z.string(),
        message: z.string().openapi({ example: 'films is deleted' }),
      }),
    ),
    ...errors(409),
  },
});
const update = (method: 'patch' | 'put') =>
  route[method]('/{namespace_identifier}', `${method}Namespace`, {
    'x-slipway-command':
      method === 'patch' && 'namespaces edit {namespace_identifier} --keep-live-versions {keep_live_versions}',
    summary: 'Update a namespace',
    request: { ...identified, query: approversQuery, body: body(patch) },
    responses: { 200: json('The namespace', model), ...errors(409) },
  });

export function namespaces(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(256 * 1024));
  routes.use('/:namespace_identifier', jsonAtMost(256 * 1024));
  routes.use('/list', jsonAtMost(256 * 1024), emptyBodyIsNull);
  routes.openapi(create, async (c) => {
    const isForced = c.req.valid('query').without_approvers === 'true';
    const fields = { ...newNamespace(c.req.valid('json')), isForced };
    const namespace = await createNamespace(c.var.deps, requireActor(c), fields);
    return c.json(wire(namespace), 200);
  });
  routes.openapi(list, async (c) => {
    const { offset, ...query } = c.req.valid('query');
    const { limit } = query;
    const search = c.req.valid('json')?.search;
    const filter = { offset, ...(search ? { search } : {}) };
    const { items, nextCursor, total } = await listNamespaces(c.var.deps, requireActor(c), filter, query);
    const pagination = { limit, offset, next_cursor: nextCursor, total };
    return c.json({ results: items.map(wire), pagination, total_count: total }, 200);
  });
  routes.openapi(get, async (c) =>
    c.json(
      wire(await namespaceByIdOrName(c.var.deps, requireActor(c), c.req.valid('param').namespace_identifier)),
      200,
    ),
  );
  routes.openapi(remove, async (c) => {
    const { id, name } = await deleteNamespace(c.var.deps, requireActor(c), c.req.valid('param').namespace_identifier);
    return c.json({ success: true as const, namespace_id: id, message: `Namespace ${name} was deleted` }, 200);
  });
  for (const method of ['patch', 'put'] as const) {
    routes.openapi(update(method), async (c) => {
      const { namespace_identifier } = c.req.valid('param');
      const isForced = c.req.valid('query').without_approvers === 'true';
      const changes = { ...changesOf(c.req.valid('json')), isForced };
      return c.json(wire(await updateNamespace(c.var.deps, requireActor(c), namespace_identifier, changes)), 200);
    });
  }
  return routes;
}

function newNamespace(fields: z.infer<typeof namespaceFields>): Parameters<typeof createNamespace>[2] {
  return {
    name: fields.namespace_name,
    type: fields.namespace_type,
    description: fields.description ?? null,
    featureExtractors: fields.feature_extractors,
    keepLiveVersions: fields.keep_live_versions ?? null,
    placement: fields.placement ?? null,
    requiresApproval: fields.requires_approval ?? false,
    defaultRelease: fields.default_release ?? null,
    refuseAdvisories: fields.refuse_advisories ?? null,
    dependenciesOlderThan: fields.dependencies_older_than ?? null,
    settings: settingsOf(fields),
  };
}

function changesOf(fields: z.infer<typeof patch>): Parameters<typeof updateNamespace>[3] {
  const { namespace_name, namespace_type, description, feature_extractors, keep_live_versions, placement } = fields;
  const { default_release, dependencies_older_than, refuse_advisories, requires_approval } = fields;
  return {
    ...(namespace_name === undefined ? {} : { name: namespace_name }),
    ...(namespace_type === undefined ? {} : { type: namespace_type }),
    ...(description === undefined ? {} : { description }),
    ...(feature_extractors === undefined ? {} : { featureExtractors: feature_extractors }),
    ...(keep_live_versions === undefined ? {} : { keepLiveVersions: keep_live_versions }),
    ...(placement === undefined ? {} : { placement }),
    ...(requires_approval === undefined ? {} : { requiresApproval: requires_approval }),
    ...(default_release === undefined ? {} : { defaultRelease: default_release }),
    ...(refuse_advisories === undefined ? {} : { refuseAdvisories: refuse_advisories }),
    ...(dependencies_older_than === undefined ? {} : { dependenciesOlderThan: dependencies_older_than }),
    settings: settingsOf(fields),
  };
}

function settingsOf({
  payload_indexes,
  auto_create_indexes,
  infrastructure,
  ttl_seconds,
}: z.infer<typeof patch>): Namespace['settings'] {
  const sent = { payload_indexes, auto_create_indexes, infrastructure, ttl_seconds };
  return Object.fromEntries(
    Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const storedExtractors = z.array(featureExtractor);
const storedSettings = namespaceFields.pick({ payload_indexes: true, auto_create_indexes: true, infrastructure: true });

function wire(namespace: Namespace): z.infer<typeof model> {
  const { payload_indexes, auto_create_indexes, infrastructure } = storedSettings.parse(namespace.settings);
  return {
    namespace_id: namespace.id,
    namespace_name: namespace.name,
    namespace_type: namespace.type,
    description: namespace.description,
    feature_extractors: storedExtractors.parse(namespace.featureExtractors).map((extractor) => ({
      ...extractor,
      feature_extractor_id: `${extractor.feature_extractor_name}_${extractor.version}`,
    })),
    payload_indexes: payload_indexes ?? null,
    auto_create_indexes: auto_create_indexes ?? false,
    infrastructure: infrastructure ?? null,
    keep_live_versions: namespace.keepLiveVersions,
    placement: namespace.placement,
    requires_approval: namespace.requiresApproval,
    default_release: namespace.defaultRelease,
    refuse_advisories: namespace.refuseAdvisories,
    dependencies_older_than: namespace.dependenciesOlderThan,
    document_count: null,
    bucket_count: null,
    collection_count: null,
    object_count: null,
    created_at: iso(namespace.createdAt),
    updated_at: iso(namespace.updatedAt),
  };
}
