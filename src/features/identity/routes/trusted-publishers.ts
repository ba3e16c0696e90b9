// Serves the routes for trusted publishers: the CI jobs that may publish a plugin without a stored key.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { pluginPattern, requireId } from '../../../access/actor.ts';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import { claimConditionSchema } from '../../../contract/features/identity/issuers.ts';
import { ciLimits } from '../../../contract/features/identity/limits.ts';
import { publisherScopes, scopes } from '../../../contract/scopes.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import {
  addTrustedPublisher,
  listTrustedPublishers,
  removeTrustedPublisher,
  type TrustedPublisher,
} from '../trusted-publishers/trusted-publishers.ts';

const route = routesOf('Identity');

const plugin = z.string().regex(pluginPattern, 'must be a plugin name, or a prefix and `*`').openapi({
  description: "A plugin's name, also before its first version, or a prefix and `*`. `*` alone covers the namespace",
  example: 'word_count',
});
const conditions = z
  .array(claimConditionSchema)
  .min(1)
  .max(ciLimits.conditionsMax)
  .openapi({
    description: 'Claims that the token must have. A prefix ends with `/`, `@` or `:`',
    example: [{ claim: 'repository', equals: 'acme/plugins' }],
  });
const pinned = z.record(z.string().max(100), z.string().max(500)).openapi({
  description: "Claims fixed by the first token, such as GitHub's `repository_id`",
  example: { repository_id: '1296269', repository_owner_id: '583231' },
});

const publisherModel = z
  .object({
    trusted_publisher_id: z.string(),
    issuer_id: z.string(),
    namespace_id: z.string(),
    plugin: z.string().openapi({ example: 'word_count' }),
    conditions,
    pinned,
    scopes: z.array(z.enum(scopes)),
    stage_only: z.boolean().openapi({ description: 'Whether its versions always wait for approval' }),
    created_by: actorModel,
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .openapi('TrustedPublisher');

const publisherRequest = z
  .object({
    issuer_id: z.string().openapi({ description: "An issuer for CI, the organization's or the operator's" }),
    namespace: z.string().min(1).max(200).openapi({ description: "The namespace's ID or name", example: 'default' }),
    plugin,
    conditions,
    pinned: pinned.optional(),
    scopes: z.array(z.enum(publisherScopes)).min(1).optional().openapi({
      description: 'Default: `plugins:read`, `plugins:write` and `plugins:deploy`',
    }),
    stage_only: z.boolean().default(false),
  })
  .openapi('TrustedPublisherRequest');

const list = route.get('/', 'listTrustedPublishers', {
  'x-slipway-command': 'trust list',
  summary: 'List trusted publishers',
  description: 'Needs the scope `keys:admin`, like all operations on trusted publishers.',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of trusted publishers, oldest first', pageOf(publisherModel)) },
});
const add = route.post('/', 'addTrustedPublisher', {
  'x-slipway-problems': ['quota-exceeded'],
  'x-slipway-command': 'trust add {plugin} --issuer ISSUER --claim CLAIM=VALUE',
  summary: 'Trust a CI job to publish',
  description:
    "Jobs whose ID token meets the conditions can exchange it for a key of 15 minutes (`exchangeToken`). The key can't have more access than the key that creates the publisher. GitHub's `repository_id` and `repository_owner_id` are fixed by the first token, and `pull_request_target` is refused.",
  request: { body: body(publisherRequest) },
  responses: { 200: json('The trusted publisher', publisherModel), ...errors(404) },
});
const remove = route.delete('/{trusted_publisher_id}', 'removeTrustedPublisher', {
  'x-slipway-command': 'trust remove {trusted_publisher_id}',
  summary: 'Remove a trusted publisher',
  description: "Its jobs' keys stop working within 10 s. Published versions stay.",
  request: { params: z.object({ trusted_publisher_id: z.string() }) },
  responses: {
    200: json(
      'The removed trusted publisher',
      z.object({ success: z.literal(true), trusted_publisher_id: z.string() }),
    ),
  },
});

export function trustedPublishers(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(ciLimits.requestBytes));
  routes.openapi(list, (c) =>
    answerPage(c, (query) => listTrustedPublishers(c.var.deps, requireActor(c), query), publisherWire),
  );
  routes.openapi(add, async (c) => {
    const { issuer_id, stage_only: stageOnly, scopes: given, pinned: known = {}, ...rest } = c.req.valid('json');
    const request = { ...rest, issuerId: parseIssuerId(issuer_id), pinned: known, scopes: given, stageOnly };
    return c.json(publisherWire(await addTrustedPublisher(c.var.deps, requireActor(c), request)), 200);
  });
  routes.openapi(remove, async (c) => {
    const id = publisherIdOf(c);
    await removeTrustedPublisher(c.var.deps, requireActor(c), id);
    return c.json({ success: true as const, trusted_publisher_id: id }, 200);
  });
  return routes;
}

const parseIssuerId = (text: string) => requireId('issuer', text);

const publisherIdOf = (c: Context<AppEnv>) =>
  requireId('trustedPublisher', c.req.param('trusted_publisher_id') ?? '', 'trusted publisher');

function publisherWire(row: TrustedPublisher): z.infer<typeof publisherModel> {
  return {
    trusted_publisher_id: row.id,
    issuer_id: row.issuerId,
    namespace_id: row.namespaceId,
    plugin: row.plugin,
    conditions: row.conditions,
    pinned: row.pinned,
    scopes: row.scopes,
    stage_only: row.stageOnly,
    created_by: row.createdBy,
    created_at: iso(row.createdAt),
    last_used_at: isoOrNull(row.lastUsedAt),
  };
}
