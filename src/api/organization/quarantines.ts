// Serves the operators' routes that quarantine content, lift a quarantine and list what is quarantined.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorRef } from '../../contract/actor.ts';
import { sha256Text } from '../../contract/digests.ts';
import { apiLimits } from '../../contract/limits/requests.ts';
import { withdrawalReason } from '../../contract/withdrawals.ts';
import { Problem } from '../../core/problem.ts';
import { versionSlug } from '../../registry/versions/versions.ts';
import { type Listed, liftQuarantine, listQuarantined, quarantine } from '../../retirement/quarantine.ts';
import type { AppEnv } from '../context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../requests/paging.ts';
import { filesDigestField } from '../responses/version-fields.ts';
import { quarantineField, quarantineWire } from '../responses/withdrawal-wire.ts';

const operator: ActorRef = { type: 'admin', id: 'admin-token' };

const route = routesOf('Admin');
const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .openapi({
    description:
      "Digest of the content: a version's `code_hash` or `files_sha256`, or an agent plugin's checksum without `sha256:`. Versions with the same files are the same content, however they are packed",
    example: 'b2f1c7d09e4a5b6c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c',
  });
const params = z.object({ sha256: digest });

const given = z
  .object({
    reason: withdrawalReason.openapi({ example: 'Sends its inputs to an unknown host.' }),
    objection: withdrawalReason.openapi({
      description: 'How the authors can object. They read it with the reason',
      example: 'Write to security@example.com.',
    }),
    drain: z.boolean().default(false).openapi({ description: 'Also undeploy what is live' }),
  })
  .openapi('QuarantineRequest');

const itemModel = z
  .object({
    kind: z.enum(['extractor', 'pipeline', 'storage', 'agent']),
    organization_id: z
      .string()
      .nullable()
      .openapi({ description: 'Null after the organization was removed', example: 'org_01m7wc54fherz84624ahd0kr7h' }),
    plugin_id: z.string().openapi({
      description: 'Name and number of the version, or the ID of an agent plugin or of what a removed organization had',
    }),
    sha256: sha256Text.openapi({ description: "The archive's digest, or an agent plugin's checksum" }),
    files_sha256: filesDigestField,
    quarantined: quarantineField,
  })
  .openapi('QuarantinedItem');

const quarantinedModel = z
  .object({
    items: z.array(
      itemModel.extend({
        live: z
          .array(z.object({ namespace_id: z.string(), deployment_id: z.string() }))
          .openapi({ description: 'Where it is still live' }),
      }),
    ),
  })
  .openapi('QuarantineResult');

const put = route.put('/{sha256}', 'quarantineContent', {
  'x-slipway-command': 'quarantine add {sha256} --reason {reason} --objection {objection}',
  summary: 'Quarantine content',
  description:
    'Every version and agent plugin with this content, in every organization, can no longer be deployed or downloaded, nor published again. Deployments in progress are cancelled; what is live keeps serving unless `drain` is true. The authors get an event with the reason. Repeat the request after an error, or while the answer lists something without this reason: it continues with what is left, 20 versions and 100 agent plugins at a time.',
  request: { params, body: body(given) },
  responses: { 200: json('What is quarantined now', quarantinedModel) },
});
const lift = route.delete('/{sha256}', 'liftQuarantine', {
  'x-slipway-command': 'quarantine lift {sha256}',
  summary: 'Lift a quarantine',
  description: 'It redeploys nothing. While 409 says that something is left, repeat the request.',
  request: { params },
  responses: { 204: { description: 'Lifted' }, ...errors(409) },
});
const list = route.get('/', 'listQuarantined', {
  'x-slipway-command': 'quarantine list',
  summary: 'List what is quarantined',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page, by digest', pageOf(itemModel)) },
});

function unfinished(sha256: string, left: number): Problem {
  return new Problem('conflict', `The quarantine of ${left} more with this content is still to be lifted`, {
    hint: 'Repeat the request.',
    details: { resource: 'content', sha256 },
  });
}

/** The admin token is checked before these routes. */
export function quarantines(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/:sha256', jsonAtMost(apiLimits.rollbackBytes));
  routes.openapi(put, async (c) => {
    const found = await quarantine(c.var.deps, c.req.valid('param').sha256, c.req.valid('json'), operator);
    const items = found.map(({ live, subject }) => ({
      ...itemWire(subject),
      live: live.map(({ deploymentId, namespaceId }) => ({ namespace_id: namespaceId, deployment_id: deploymentId })),
    }));
    return c.json({ items }, 200);
  });
  routes.openapi(lift, async (c) => {
    const { sha256 } = c.req.valid('param');
    const left = await liftQuarantine(c.var.deps, sha256, operator);
    if (left > 0) throw unfinished(sha256, left);
    return c.body(null, 204);
  });
  routes.openapi(list, (c) => answerPage(c, (query) => listQuarantined(c.var.deps, query), itemWire));
  return routes;
}

function itemWire(listed: Listed): z.infer<typeof itemModel> {
  if ('content' in listed) {
    const { id, kind, organizationId, quarantined, sha256 } = listed.content;
    return {
      kind,
      organization_id: organizationId,
      plugin_id: id,
      sha256,
      files_sha256: null,
      quarantined: quarantineWire(quarantined),
    };
  }
  if ('kept' in listed) {
    const { filesSha256, id, kind, quarantined, sha256 } = listed.kept;
    return {
      kind,
      organization_id: null,
      plugin_id: id,
      sha256,
      files_sha256: filesSha256,
      quarantined: quarantineWire(quarantined),
    };
  }
  const { version } = listed;
  return {
    kind: version.kind,
    organization_id: version.organizationId,
    plugin_id: versionSlug(version),
    sha256: version.sha256,
    files_sha256: version.filesSha256,
    quarantined: quarantineWire(version.quarantined),
  };
}
