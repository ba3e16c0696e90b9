// Serves the waiver routes: which rule an organization waives for which plugin, with the reason and the expiry (scan policy §8b).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound } from '../../../access/actor.ts';
import type { AppEnv } from '../../../api/context/context.ts';
import { body, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { policyAdmin } from '../../../api/organization/policy-surface.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { actorModel, instant } from '../../../api/responses/event-wire.ts';
import { ruleIds } from '../../../contract/findings/rules.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import { isId } from '../../../core/ids.ts';
import type { Waiver } from '../../../scan-host/waivers.ts';
import { grantWaiver, listWaivers, revokeWaiver, waiverState, waiverStates } from '../waivers.ts';

const route = routesOf('Scan policy');

const plugin = z.string().min(1).max(200).openapi({
  description: "A plugin's name, to cover all its versions, or one version's ID",
  example: 'text_profile',
});

const waiverModel = z
  .object({
    waiver_id: z.string(),
    plugin,
    rule: z.string(),
    reason: z.string().openapi({ example: 'Reviewed: the command has no input' }),
    expires_at: z.iso.datetime(),
    status: z.enum(waiverStates),
    created_at: z.iso.datetime(),
    created_by: actorModel,
    revoked_at: z.iso.datetime().nullable(),
  })
  .openapi('Waiver');

const list = route.get('/', 'listWaivers', {
  'x-slipway-command': 'waivers list',
  summary: 'List waivers, newest first',
  description:
    'Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on waivers.',
  request: {
    query: z.object({
      plugin: plugin.optional(),
      status: z.enum(waiverStates).optional(),
      ...pageFields,
    }),
  },
  responses: { 200: json('A page of waivers', pageOf(waiverModel)) },
});
const grant = route.post('/', 'grantWaiver', {
  'x-slipway-command': 'waivers grant {plugin} {rule} --reason {reason}',
  summary: 'Waive a rule for a plugin',
  description:
    "The rule's findings in the plugin stay visible, marked as waived, and do not reject uploads until the waiver expires. Rules that start with SLP6, SLP70 or SLM, and the rule SLP710, cannot be waived.",
  request: {
    body: body(
      z
        .object({
          plugin,
          rule: z.enum(ruleIds).openapi({ type: 'string', pattern: '^SL[A-Z][0-9]{3}$', example: 'SLP301' }),
          reason: z.string().trim().min(1).max(2000).openapi({ example: 'Reviewed: the command has no input' }),
          expires_at: instant,
        })
        .openapi('WaiverRequest'),
    ),
  },
  responses: { 200: json('The waiver', waiverModel) },
});
const revoke = route.delete('/{waiver_id}', 'revokeWaiver', {
  'x-slipway-command': 'waivers revoke {waiver_id}',
  summary: 'Revoke a waiver',
  description: 'Published versions stay and are scanned again. Revoking an expired or revoked waiver changes nothing.',
  request: { params: z.object({ waiver_id: z.string() }) },
  responses: { 200: json('The waiver', waiverModel) },
});

export function waiverRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(16 * 1024));
  routes.openapi(list, (c) =>
    answerPage(
      c,
      (query) => listWaivers(c.var.deps, policyAdmin(c), query, query),
      (waiver) => waiverWire(waiver, c.var.deps.clock.now()),
    ),
  );
  routes.openapi(grant, async (c) => {
    const actor = policyAdmin(c);
    const { expires_at, ...request } = c.req.valid('json');
    const waiver = await grantWaiver(c.var.deps, actor, { ...request, expiresAt: expires_at });
    return c.json(waiverWire(waiver, c.var.deps.clock.now()), 200);
  });
  routes.openapi(revoke, async (c) => {
    const actor = policyAdmin(c);
    const { waiver_id: id } = c.req.valid('param');
    if (!isId('waiver', id)) throw notFound('waiver', id);
    return c.json(waiverWire(await revokeWaiver(c.var.deps, actor, id), c.var.deps.clock.now()), 200);
  });
  return routes;
}

function waiverWire(waiver: Waiver, now: number): z.infer<typeof waiverModel> {
  return {
    waiver_id: waiver.id,
    plugin: waiver.plugin,
    rule: waiver.rule,
    reason: waiver.reason,
    expires_at: iso(waiver.expiresAt),
    status: waiverState(waiver, now),
    created_at: iso(waiver.createdAt),
    created_by: waiver.createdBy,
    revoked_at: isoOrNull(waiver.revokedAt),
  };
}
