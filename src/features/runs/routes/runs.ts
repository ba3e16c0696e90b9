// Serves a namespace's runs: lists, shows, starts, cancels and follows them.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { errors, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { paged } from '../../../api/requests/paging.ts';
import { eventStream, openStream, type StreamMessage, sse } from '../../../api/responses/event-stream.ts';
import { jsonAnswer, jsonWithTexts } from '../../../api/responses/json-answer.ts';
import { followingIn, followRun, type RunChange } from '../follow.ts';
import { findRun, listRuns } from '../runs.ts';
import { cancelRun, startRun } from '../start-run.ts';
import { runPage, runQuery } from './plugin-runs.ts';
import { addResults } from './results.ts';
import { idsIn, oneRun, runModel, runWire, toRunIds } from './run-wire.ts';

const route = routesOf('Runs');

const list = route.get('/', 'listRuns', {
  'x-slipway-command': 'runs list',
  summary: "List a namespace's runs, newest first",
  request: { params: z.object({ namespace_id: z.string() }), query: runQuery },
  responses: { 200: jsonWithTexts('A page of runs', runPage) },
});
const get = route.get('/{run_id}', 'getRun', {
  'x-slipway-command': 'runs show {run_id}',
  summary: 'Get a run',
  request: oneRun,
  responses: { 200: jsonWithTexts('The run', runModel) },
});
const start = route.post('/{run_id}/start', 'startRun', {
  'x-slipway-problems': ['object-missing', 'run-over'],
  summary: 'Start a run after sending its input',
  description: 'Starting a run again changes nothing.',
  request: oneRun,
  responses: { 200: jsonWithTexts('The run', runModel), ...errors(413) },
});
const cancel = route.post('/{run_id}/cancel', 'cancelRun', {
  'x-slipway-problems': ['run-over'],
  'x-slipway-command': 'runs cancel {run_id}',
  summary: 'Cancel a run',
  description: 'Finished rows keep their results. Returns 409 if the run has already ended in another way.',
  request: oneRun,
  responses: { 200: jsonWithTexts('The run', runModel) },
});
/** Declared only for the document, because zod-openapi's types don't allow a streamed body. */
const follow = route.get('/{run_id}/events', 'followRun', {
  'x-slipway-command': 'runs watch {run_id}',
  summary: 'Follow a run',
  description:
    'Streams server-sent events: `run` with the run when it changes, at most once a second for finished rows, and `end` with the run when it has ended. The stream closes after five minutes at the latest; reconnect to continue.',
  request: oneRun,
  responses: { 200: sse('The event stream') },
});

export function runRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const query = c.req.valid('query');
    const of = { by: 'namespace', namespaceId: parseNamespaceId(c.req.valid('param').namespace_id) } as const;
    const page = await listRuns(c.var.deps, requireActor(c), of, query);
    return jsonAnswer(c, paged(page, query, runWire));
  });
  routes.openapi(get, async (c) => {
    const { namespaceId, id } = toRunIds(c.req.valid('param'));
    return jsonAnswer(c, runWire(await findRun(c.var.deps, requireActor(c), namespaceId, id)));
  });
  routes.openapi(start, async (c) => {
    const { namespaceId, id } = toRunIds(c.req.valid('param'));
    return jsonAnswer(c, runWire(await startRun(c.var.deps, requireActor(c), namespaceId, id)));
  });
  routes.openapi(cancel, async (c) => {
    const { namespaceId, id } = toRunIds(c.req.valid('param'));
    return jsonAnswer(c, runWire(await cancelRun(c.var.deps, requireActor(c), namespaceId, id)));
  });
  routes.openAPIRegistry.registerPath(follow);
  routes.get(follow.getRoutingPath(), async (c) => {
    const { namespaceId, id } = idsIn(c);
    const { caches, deps } = c.var;
    const asOf = Date.now();
    const run = await findRun(deps, requireActor(c), namespaceId, id);
    const stream = openStream(c, { scope: 'plugins:invoke', namespaceId });
    return eventStream(
      c,
      stream,
      messagesOf(followRun({ ...deps, following: followingIn(caches.following.streams) }, stream, { run, asOf })),
    );
  });
  addResults(routes);
  return routes;
}

async function* messagesOf(changes: AsyncGenerator<RunChange, void>): AsyncGenerator<StreamMessage[], void> {
  for await (const { last, rowsPerSecond, run } of changes) {
    const data = run && { ...runWire(run), rows_per_second: rowsPerSecond };
    yield data ? [{ event: 'run', data }, ...(last ? [{ event: 'end', data }] : [])] : [];
  }
}
