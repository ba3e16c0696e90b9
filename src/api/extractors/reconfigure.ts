// A namespace's vector features follow the plugins that are deployed in it, when it is asked for (mixpeek §5, row 14).
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { apiLimits } from '../../contract/limits.ts';
import { Problem } from '../../core/problem.ts';
import { type Reconfiguration, reconfigure } from '../../vectors/reconfigure.ts';
import { type AppEnv, actorOf, namespaceIdOf } from '../context.ts';
import { jsonAtMost } from '../middleware.ts';
import { bearer, body, errors, json } from '../openapi/route-definitions.ts';
import { namespaced } from './surface.ts';

const model = z
  .object({
    namespace_id: z.string(),
    status: z.enum(['reconfigured', 'no_changes_needed']),
    previous_points_count: z.int().openapi({ description: 'Vectors that were stored before, in all features' }),
    vectors_added: z.array(z.string()),
    vectors_removed: z
      .array(z.string())
      .openapi({ description: 'That no deployed plugin declares and nothing was stored in' }),
    vectors_total: z.array(z.string()),
    collections_to_reprocess: z
      .array(z.string())
      .openapi({ description: 'That have vectors, and none in what was added' }),
    message: z.string(),
  })
  .openapi('NamespaceReconfigured');

const route = createRoute({
  tags: ['Namespaces'],
  security: bearer,
  method: 'post',
  path: '/reconfigure',
  operationId: 'reconfigureNamespace',
  summary: 'Have the vector features follow the deployed plugins',
  description:
    'Adds a vector feature for each that a deployed plugin declares. Stored vectors stay: a feature that no plugin declares any more goes only when nothing is stored in it. One name with two dimensions or metrics is refused.',
  request: { params: namespaced.params, body: body(z.object({ confirm: z.boolean() })) },
  responses: { 200: json('What was added, and what there is', model), ...errors(400, 401, 403, 404, 413, 422, 503) },
});

export function addReconfigure(routes: OpenAPIHono<AppEnv>): void {
  routes.use('/reconfigure', jsonAtMost(apiLimits.reconfigureBytes));
  routes.openapi(route, async (c) => {
    const actor = actorOf(c);
    const namespaceId = namespaceIdOf(c.req.param('namespace_id') ?? '');
    if (!c.req.valid('json').confirm)
      throw new Problem('unconfirmed', 'Reconfiguring must be confirmed: `confirm` is false');
    return c.json(wire(namespaceId, await reconfigure(c.var.deps, actor, namespaceId)), 200);
  });
}

function wire(
  namespaceId: string,
  { added, removed, total, vectorsBefore, collectionsToReprocess }: Reconfiguration,
): z.infer<typeof model> {
  const changed = added.length + removed.length > 0;
  const words = [
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
      ? `Reconfigured: ${words.join('; ')}`
      : 'Every feature that a deployed plugin declares was there already',
  };
}
