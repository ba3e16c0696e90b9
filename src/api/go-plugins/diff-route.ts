// Serves the comparison of two installed versions of a Go plugin.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { diffInstalled } from '../../registry/diff/installed-diff.ts';
import { readGoTraffic } from '../../traffic/traffic.ts';
import { type AppEnv, requireActor } from '../context.ts';
import { diffModel, diffWire } from '../extractors/versions/version-wire.ts';
import { badInput, bearer, errors, json } from '../openapi/route-definitions.ts';
import { trafficQuery } from '../requests/log-query.ts';
import { trafficDescription, trafficModel, trafficWire } from '../responses/traffic-wire.ts';
import { type GoSurface, named } from './go-plugin-wire.ts';

const ref = z.string().min(1).max(2048).optional();

export function addDiff(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const diff = createRoute({
    tags: [tag],
    security: bearer,
    method: 'get',
    path: '/{name}/diff',
    operationId: `diff${noun}Versions`,
    summary: "Compare two of a plugin's installed versions",
    description: "Compares files, findings, permissions and the programs' capabilities.",
    request: {
      ...named,
      query: z.object({
        v1: ref.openapi({ description: "The older version's ref or commit. Defaults to the version before `v2`" }),
        v2: ref.openapi({ description: "The newer version's ref or commit. Defaults to the newest version" }),
      }),
    },
    responses: { 200: json('What changed', diffModel), ...errors(401, 403, 404, 409), ...badInput },
  });
  routes.openapi(diff, async (c) => {
    const { v1: before, v2: after } = c.req.valid('query');
    const which = { kind, name: c.req.valid('param').name };
    return c.json(diffWire(await diffInstalled(c.var.deps, requireActor(c), which, { before, after })), 200);
  });
}

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
    const found = await readGoTraffic(counting, requireActor(c), { kind, name, ...c.req.valid('query') });
    return c.json(trafficWire(name, found), 200);
  });
}
