// Serves the route that reconciles a namespace's vector features with its deployed plugins (mixpeek §5, row 14).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { namespaced } from '../../../api/requests/surfaces.ts';
import { vectorLimits } from '../../../contract/features/vectors/limits.ts';
import { Problem } from '../../../core/problem.ts';
import { type Reconfiguration, reconfigure } from '../reconfigure.ts';

/** In documentation. */
const exampleName = 'text_profile';

const model = z
  .object({
    namespace_id: z.string(),
    status: z.enum(['reconfigured', 'no_changes_needed']),
    previous_points_count: z
      .int()
      .openapi({ description: 'Number of vectors already stored, in all features', example: 1280 }),
    vectors_added: z.array(z.string()).openapi({ example: [exampleName] }),
    vectors_removed: z.array(z.string()).openapi({
      description: 'Empty features that no deployed plugin declares',
      example: ['text_profile_v1'],
    }),
    vectors_total: z.array(z.string()).openapi({ example: [exampleName] }),
    collections_to_reprocess: z
      .array(z.string())
      .openapi({ description: 'Collections that have vectors, but none in the added features', example: ['trailers'] }),
    message: z.string().openapi({ example: '1 feature was added and 1 was removed' }),
  })
  .openapi('NamespaceReconfigured');

const route = routesOf('Namespaces').post('/reconfigure', 'reconfigureNamespace', {
  'x-slipway-command': 'namespaces reconfigure',
  'x-slipway-problems': ['unconfirmed', 'feature-conflict', 'vector-store-unavailable'],
  summary: 'Reconcile vector features with deployed plugins',
  description:
    'Adds the vector features that deployed plugins declare. Removes features that no deployed plugin declares only if they are empty: stored vectors are never deleted. Fails if two plugins declare one name with different dimensions or metrics.',
  request: { params: namespaced.params, body: body(z.object({ confirm: z.boolean() })) },
  responses: { 200: json('The changes, and the resulting features', model), ...errors(400) },
});

export function reconfigureRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/reconfigure', jsonAtMost(vectorLimits.reconfigureBytes));
  routes.openapi(route, async (c) => {
    const actor = requireActor(c);
    const namespaceId = parseNamespaceId(c.req.param('namespace_id') ?? '');
    if (!c.req.valid('json').confirm)
      throw new Problem('unconfirmed', 'Reconfiguring a namespace needs confirmation, but `confirm` is false');
    return c.json(wire(namespaceId, await reconfigure(c.var.deps, actor, namespaceId)), 200);
  });
  return routes;
}

function wire(
  namespaceId: string,
  { added, removed, total, vectorsBefore, collectionsToReprocess }: Reconfiguration,
): z.infer<typeof model> {
  const changed = added.length + removed.length > 0;
  const changes = [
    ...(added.length > 0 ? [`added ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removed ${removed.join(', ')}`] : []),
  ];
  return {
    namespace_id: namespaceId,
    status: changed ? 'reconfigured' : 'no_changes_needed',
    previous_points_count: vectorsBefore,
    vectors_added: added,
    vectors_removed: removed,
    vectors_total: total,
    collections_to_reprocess: collectionsToReprocess,
    message: changed
      ? `Reconfigured: ${changes.join('; ')}`
      : 'Every feature that a deployed plugin declares already exists',
  };
}
