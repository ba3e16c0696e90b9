// Serves the comparison of two installed versions of a Go plugin, its traffic, and the withdrawal of a version.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { apiLimits } from '../../contract/limits/requests.ts';
import { diffInstalled } from '../../registry/diff/installed-diff.ts';
import { withdrawInstalled } from '../../retirement/withdraw-installed.ts';
import { readGoTraffic } from '../../traffic/traffic.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { diffModel, diffWire } from '../extractors/versions/version-wire.ts';
import { badInput, bearer, body, errors, json } from '../openapi/route-definitions.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { trafficQuery } from '../requests/log-query.ts';
import { mayMoveTraffic } from '../requests/read-your-writes.ts';
import { type GoSurface, named } from '../requests/surfaces.ts';
import { trafficDescription, trafficModel, trafficWire } from '../responses/traffic-wire.ts';
import { withdrawalBody, withdrawalEffects, withdrawalFields, withdrawalWire } from '../responses/withdrawal-wire.ts';
import { versionRefWire } from './go-plugin-wire.ts';

const ref = z.string().min(1).max(2048).optional();

export function addDiff(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const diff = createRoute({
    tags: [tag],
    security: bearer,
    method: 'get',
    path: '/{name}/diff',
    operationId: `diff${noun}Versions`,
    'x-slipway-command': `diff {name} --kind ${kind}`,
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
    'x-slipway-command': `traffic {name} --kind ${kind}`,
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

const withdrawn = z
  .object({ name: z.string(), git_ref: z.string(), git_commit_hash: z.string(), ...withdrawalFields })
  .openapi('WithdrawnGoVersion');

export function addWithdrawing(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const route = createRoute({
    tags: [tag],
    security: bearer,
    method: 'patch',
    path: '/{name}/versions',
    operationId: `withdraw${noun}Version`,
    middleware: mayMoveTraffic,
    summary: 'Yank or deprecate an installed version, or undo that',
    description: withdrawalEffects,
    request: {
      ...named,
      body: body(
        withdrawalBody
          .extend({
            version: z
              .string()
              .min(1)
              .max(2048)
              .openapi({ description: "The version's ref or commit", example: 'v1.2.0' }),
          })
          .openapi('GoWithdrawalChanges'),
      ),
    },
    responses: { 200: json('The version', withdrawn), ...errors(401, 403, 404, 409), ...badInput },
  });
  routes.use('/:name/versions', jsonAtMost(apiLimits.rollbackBytes));
  routes.openapi(route, async (c) => {
    const { version: ref, ...changes } = c.req.valid('json');
    const subject = { kind, name: c.req.valid('param').name, ref };
    const version = await withdrawInstalled(c.var.deps, requireActor(c), subject, changes);
    return c.json({ name: version.name, ...versionRefWire(version), ...withdrawalWire(version) }, 200);
  });
}
