// Serves what needs attention, and its dismissal.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireNamespaces } from '../../access/visible-namespaces.ts';
import { dismissNeed, restoreNeed, type ViewedNeed, viewNeeds } from '../../attention/dismissals.ts';
import { shownNeeds } from '../../attention/list.ts';
import { needSeverities } from '../../contract/attention.ts';
import { needLimits } from '../../contract/limits/attention.ts';
import { iso } from '../../core/clock.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { emptyBodyIsNull, jsonAtMost } from '../requests/json-body.ts';

const kind = z.string().openapi({
  description:
    'Such as `advisory`, `approval`, `failed-deployment`, `missing`, `release`, `quota` or `webhook`. Features add kinds',
  example: 'key',
});
const id = z.string().max(needLimits.idCharsMax).openapi({
  description: 'Its kind and subject. Stays the same while the need does',
  example: 'key.key_01m7wc54fherz84624ahd0kr7h',
});
const fingerprint = z
  .string()
  .length(needLimits.fingerprintChars)
  .openapi({ description: 'Differs once the need has changed', example: '8c1f0a6be02d4d7f' });

const needModel = z
  .object({
    id,
    kind,
    severity: z.enum(needSeverities).openapi({ example: 'warn' }),
    title: z.string().openapi({ example: 'The API key ci expires on 2026-03-12' }),
    namespace_id: z.string().nullable().openapi({ description: 'Null if it concerns the whole organization' }),
    subject: z
      .string()
      .openapi({ description: 'ID or name of what it is about', example: 'key_01m7wc54fherz84624ahd0kr7h' }),
    since: z.iso.datetime(),
    action: z.object({
      label: z.string().openapi({ example: 'Replace or revoke it' }),
      page: z
        .string()
        .nullable()
        .openapi({ description: "Path of the console's page, if there is one", example: '/keys' }),
      command: z.string().openapi({
        description: 'Does it, or shows more',
        example: 'slipway keys revoke key_01m7wc54fherz84624ahd0kr7h',
      }),
    }),
    fingerprint,
    dismissed: z
      .boolean()
      .openapi({ description: 'Whether you dismissed it and it has not changed since', example: false }),
  })
  .openapi('Need');

const listModel = z
  .object({
    needs: z.array(needModel).openapi({
      description: `\`bad\` ones first, then the newest. At most ${needLimits.shownOfKind} of a kind`,
    }),
    count: z.int().openapi({ description: 'Number of these, and of those that are left out', example: 1 }),
    more: z
      .array(z.object({ kind, count: z.int().openapi({ example: 4 }) }))
      .openapi({ description: `Kinds with further needs, and how many; ${needLimits.readOfKind} of a kind are read` }),
    incomplete: z
      .array(kind)
      .openapi({ description: 'Kinds that could not be read. The others are complete', example: [] }),
  })
  .openapi('Needs');

const route = routesOf('Attention');

const list = route.get('/', 'listNeeds', {
  'x-slipway-command': 'status',
  summary: 'List what needs you',
  description:
    'Needs no scope: lists only what the key could read elsewhere. What you dismissed is left out until it changes.',
  request: {
    query: z.object({
      namespace_id: z
        .string()
        .optional()
        .openapi({ description: "Only this namespace's needs, and the organization's" }),
      dismissed: z.enum(['true', 'false']).default('false').openapi({ description: 'Include what you dismissed' }),
    }),
  },
  responses: { 200: json('What needs you', listModel), ...errors(404) },
});
const params = z.object({ need_id: id });
const dismiss = route.post('/{need_id}/dismiss', 'dismissNeed', {
  'x-slipway-command': 'status --dismiss {need_id}',
  summary: 'Dismiss a need',
  description: `Hides it from you until it changes, for at most 90 days. Others still see it. A person's keys share their dismissals: at most ${needLimits.dismissalsMax}, and a further one replaces the oldest.`,
  request: {
    params,
    body: body(z.object({ fingerprint: fingerprint.optional() }).nullable(), false),
  },
  responses: { 200: json('The need', needModel), ...errors(404) },
});
const restore = route.delete('/{need_id}/dismiss', 'restoreNeed', {
  summary: 'Show a dismissed need again',
  description: 'Has no effect if it was not dismissed.',
  request: { params },
  responses: { 200: json('Done', z.object({ success: z.literal(true), id })) },
});

export function attention(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/:need_id/dismiss', jsonAtMost(1024), emptyBodyIsNull);
  routes.openapi(list, async (c) => {
    const { deps } = c.var;
    const actor = requireActor(c);
    const { dismissed, namespace_id } = c.req.valid('query');
    const namespaceId = namespace_id === undefined ? undefined : parseNamespaceId(namespace_id);
    if (namespaceId) await requireNamespaces(deps, actor, [namespaceId]);
    const { incomplete, needs } = await viewNeeds(deps, actor, namespaceId);
    const listed = needs.filter(({ isDismissed }) => dismissed === 'true' || !isDismissed);
    const { more, shown } = shownNeeds(listed);
    return c.json({ needs: shown.map(needWire), count: listed.length, more, incomplete }, 200);
  });
  routes.openapi(dismiss, async (c) => {
    const shown = c.req.valid('json')?.fingerprint;
    return c.json(needWire(await dismissNeed(c.var.deps, requireActor(c), c.req.valid('param').need_id, shown)), 200);
  });
  routes.openapi(restore, async (c) => {
    const { need_id } = c.req.valid('param');
    await restoreNeed(c.var.deps, requireActor(c), need_id);
    return c.json({ success: true as const, id: need_id }, 200);
  });
  return routes;
}

function needWire({ isDismissed, namespaceId, since, ...need }: ViewedNeed): z.infer<typeof needModel> {
  return { ...need, namespace_id: namespaceId, since: iso(since), dismissed: isDismissed };
}
