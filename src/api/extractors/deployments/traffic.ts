// Serves how often a plugin was called in the last hours, and what changed then.
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { trafficOf } from '../../../traffic/traffic.ts';
import { type AppEnv, actorOf, namespaceIdOf } from '../../context.ts';
import { bearer, errors, json } from '../../openapi/route-definitions.ts';
import { trafficQuery } from '../../requests/log-query.ts';
import { trafficDescription, trafficModel, trafficWire } from '../../responses/traffic-wire.ts';
import { byName } from '../surface.ts';

const traffic = createRoute({
  tags: ['Versions'],
  security: bearer,
  method: 'get',
  path: '/by-name/{slug}/traffic',
  operationId: 'getPluginTraffic',
  summary: 'Get calls, errors and latencies by version and hour or minute',
  description: trafficDescription,
  request: { params: byName, query: trafficQuery },
  responses: { 200: json('The counts', trafficModel), ...errors(401, 403, 404, 422) },
});

export function addTraffic(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(traffic, async (c) => {
    const { namespace_id, slug } = c.req.valid('param');
    const { caches, deps } = c.var;
    const found = await trafficOf({ ...deps, counters: caches.calls }, actorOf(c), {
      namespaceId: namespaceIdOf(namespace_id),
      name: slug,
      ...c.req.valid('query'),
    });
    return c.json(trafficWire(slug, found), 200);
  });
}
