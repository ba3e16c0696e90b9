// Serves the route of both extractor surfaces that yanks or deprecates a version, or undoes that.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { apiLimits } from '../../contract/limits/requests.ts';
import { withdrawVersion } from '../../retirement/withdraw.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { body, errors, json, routesOf } from '../openapi/route-definitions.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { mayMoveTraffic } from '../requests/read-your-writes.ts';
import type { ExtractorSurface } from '../requests/surfaces.ts';
import { withdrawalBody, withdrawalEffects, withdrawalFields, withdrawalWire } from '../responses/withdrawal-wire.ts';
import { versionWire } from './versions/version-wire.ts';

const changed = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    ...withdrawalFields,
  })
  .openapi('WithdrawnVersion');

export function addWithdrawing(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const route = routesOf(tag).patch('/{plugin_id}', `withdraw${noun}`, {
    'x-slipway-command':
      noun === 'Plugin' ? 'yank {plugin_id} --reason {yanked}' : 'deprecate {plugin_id} --org --reason {deprecated}',
    middleware: mayMoveTraffic,
    summary: 'Yank or deprecate a version, or undo that',
    description: withdrawalEffects,
    request: {
      params: params.extend({ plugin_id: z.string() }),
      body: body(withdrawalBody),
    },
    responses: { 200: json('The version', changed), ...errors(409) },
  });
  routes.use('/:plugin_id', jsonAtMost(apiLimits.rollbackBytes));
  routes.openapi(route, async (c) => {
    const { kind, ...changes } = c.req.valid('json');
    const subject = { ownerId: ownerOf(c), slug: c.req.param('plugin_id'), kind };
    const version = await withdrawVersion(c.var.deps, requireActor(c), subject, changes);
    return c.json({ success: true as const, ...versionWire(version), ...withdrawalWire(version) }, 200);
  });
}
