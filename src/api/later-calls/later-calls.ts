// Serves the routes for calls that are answered later: list them, read one with its answer, cancel one.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { laterCallStates } from '../../contract/states.ts';
import { answeredCallJson, laterCallJson } from '../../serve/later/call-json.ts';
import { cancelLater, findLater, listLater, waitForLater } from '../../serve/later/later-calls.ts';
import { hasEnded } from '../../serve/later/states.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { answerPage, pageFields, pageOf } from '../requests/paging.ts';
import { preferred, waitSeconds } from '../requests/preferred-wait.ts';
import { openStream } from '../responses/event-stream.ts';
import { jsonAnswer, jsonWithTexts } from '../responses/json-answer.ts';
import { answeredCallModel, laterCallModel } from './later-call-wire.ts';

const route = routesOf('Later calls');
const params = z.object({ call_id: z.string() });

const list = route.get('/', 'listLaterCalls', {
  'x-slipway-command': 'calls list',
  summary: 'List later calls, newest first',
  description: 'A key bound to namespaces sees only calls in its namespaces.',
  request: { query: z.object({ status: z.enum(laterCallStates).optional(), ...pageFields }) },
  responses: { 200: json('A page of calls', pageOf(laterCallModel)) },
});

const read = route.get('/{call_id}', 'getLaterCall', {
  'x-slipway-command': 'calls show {call_id}',
  summary: 'Get a later call and its answer',
  request: { params, headers: preferred },
  responses: { 200: jsonWithTexts('The call', answeredCallModel) },
});

const cancel = route.delete('/{call_id}', 'cancelLaterCall', {
  'x-slipway-command': 'calls cancel {call_id}',
  summary: 'Cancel a later call',
  description: 'Cancelling a call that has ended changes nothing.',
  request: { params },
  responses: { 200: jsonWithTexts('The call in its final state', answeredCallModel) },
});

export function laterCallRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, (c) =>
    answerPage(c, (query) => listLater(c.var.deps, requireActor(c), query, query.status), laterCallJson),
  );
  routes.openapi(read, async (c) => {
    const waitMs = (waitSeconds(c.req.valid('header')) ?? 0) * 1000;
    const { caches, deps } = c.var;
    const asOf = Date.now();
    let found = await findLater(deps, requireActor(c), c.req.valid('param').call_id);
    if (waitMs > 0 && !hasEnded(found.call.status)) {
      const stream = openStream(c, { scope: 'plugins:invoke', namespaceId: found.call.namespaceId });
      const following = caches.following.laterCalls;
      found = await waitForLater({ ...deps, following }, stream, { value: found.call, asOf }, waitMs);
    }
    return jsonAnswer(c, answeredCallJson(found.call, found.answer));
  });
  routes.openapi(cancel, async (c) => {
    const found = await cancelLater(c.var.deps, requireActor(c), c.req.valid('param').call_id);
    return jsonAnswer(c, answeredCallJson(found.call, found.answer));
  });
  return routes;
}
