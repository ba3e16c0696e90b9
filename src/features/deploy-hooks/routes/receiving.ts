// Serves the route for Git providers' pushes. It takes no API key: instead, it verifies the signature over the body.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { limit, limitAddress } from '../../../api/authentication/address-limits.ts';
import type { AppEnv } from '../../../api/context/context.ts';
import { errors, json, newRouter } from '../../../api/openapi/route-definitions.ts';
import { bodyAtMost } from '../../../api/requests/whole-body.ts';
import { deployHooks as limits } from '../../../contract/features/deploy-hooks/limits.ts';
import { pushStates } from '../../../contract/features/deploy-hooks/states.ts';
import { Problem } from '../../../core/problem.ts';
import { receivePush } from '../receive.ts';
import { hookId } from './hook-wire.ts';

const receipt = z
  .object({
    delivery_id: z.string(),
    status: z.enum(pushStates),
    reason: z.string().nullable().openapi({ description: 'Why the push was ignored' }),
  })
  .openapi('HookReceipt');

const receive = createRoute({
  tags: ['Deploy hooks'],
  method: 'post',
  path: '/{hook_id}',
  operationId: 'receivePush',
  summary: 'Receive a push from a Git provider',
  description:
    "Accepts push webhooks of GitHub, GitLab and Gitea unchanged, and Standard Webhooks with `{ref, repository}`. Needs no API key: the sender signs the request with the hook's secret. Unknown hooks, disabled hooks and wrong signatures get the same response. Repeating a delivery ID has no effect.",
  security: [],
  'x-slipway-problems': ['body-too-slow', 'body-too-large', 'memory-full'],
  request: { params: z.object({ hook_id: hookId.openapi({ description: 'ID of the hook' }) }) },
  responses: {
    200: json('The delivery was already received', receipt),
    202: json('Enqueued, or ignored', receipt),
    ...errors(401, 408, 413, 422, 429),
  },
});

/**
 * Counts an unsigned request against its address. Signed requests don't count: a provider sends all its users' pushes from a few
 * addresses, and one user's failures must not stop another user's pushes.
 */
async function refuse(c: Context<AppEnv>, error: unknown): Promise<never> {
  if (error instanceof Problem && error.code === 'unauthorized') await limitAddress(c);
  throw error;
}

export function hookReceiver(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(receive, async (c) => {
    const { deps } = c.var;
    const id = c.req.param('hook_id');
    await limit(c, `hook ${id.slice(0, 40)}`);
    const body = (await bodyAtMost(c, limits.bodyBytes)) ?? new Uint8Array(0);
    const request = { headers: c.req.raw.headers, body, receivedAt: deps.clock.now() };
    const { push, isRepeated } = await receivePush(deps, id, request).catch((error) => refuse(c, error));
    const answer = { delivery_id: push.id, status: push.status, reason: push.reason };
    return isRepeated ? c.json(answer, 200) : c.json(answer, 202);
  });
  return routes;
}
