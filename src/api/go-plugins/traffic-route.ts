// Serves how often an installed Go plugin was called in the last hours, and what changed then.
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { goTrafficOf } from '../../traffic/traffic.ts';
import { type AppEnv, actorOf } from '../context.ts';
import { badInput, bearer, errors, json } from '../openapi/route-definitions.ts';
import { trafficQuery } from '../requests/traffic-query.ts';
import { trafficDescription, trafficModel, trafficWire } from '../responses/traffic-wire.ts';
import { type GoSurface, named } from './surface.ts';

export function addTraffic(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const traffic = createRoute({
    tags: [tag],
    security: bearer,
    method: 'get',
    path: '/{name}/traffic',
    operationId: `get${noun}Traffic`,
    summary: 'Get calls, errors and latencies by commit and hour or minute',
    description: trafficDescription,
    request: { ...named, query: trafficQuery },
    responses: { 200: json('The counts', trafficModel), ...errors(401, 403, 404, 409), ...badInput },
  });
  routes.openapi(traffic, async (c) => {
    const { name } = c.req.valid('param');
    const { caches, deps } = c.var;
    const counting = { ...deps, counters: caches.calls };
    const found = await goTrafficOf(counting, actorOf(c), { kind, name, ...c.req.valid('query') });
    return c.json(trafficWire(name, found), 200);
  });
}
