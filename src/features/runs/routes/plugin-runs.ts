// Serves the routes that create and list runs of a version, or of the live version of a name.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { body, errors, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { paged, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { byName, onePlugin } from '../../../api/requests/surfaces.ts';
import { jsonAnswer, jsonWithTexts } from '../../../api/responses/json-answer.ts';
import { runLimits } from '../../../contract/limits/batches.ts';
import { createRun } from '../create-run.ts';
import { listRuns, type RunsOf } from '../runs.ts';
import {
  createdModel,
  createdWire,
  runModel,
  runRequestModel,
  runStateField,
  runTexts,
  runWire,
  toRunRequest,
} from './run-wire.ts';

const route = routesOf('Runs');

export const runPage = pageOf(runModel).openapi('Runs');
export const runQuery = z.object({ status: runStateField.optional(), ...pageFields });

const description =
  "Sends rows through the steps that `build_steps` returns, in instances with the deployment's environment, secrets, models and grants, and stores the results. The version must be deployed, either for batches only or for realtime calls. With a `format`, send the file to `presigned_url` with PUT, then call `startRun`; other runs start immediately. Needs the scope `plugins:invoke`.";
const created = { 200: jsonWithTexts('The run', createdModel), ...errors(400) };

const create = route.post('/{plugin_id}/runs', 'createRun', {
  'x-slipway-problems': ['budget-exceeded', 'queue-full'],
  'x-slipway-command': 'run {plugin_id} --input rows.jsonl',
  summary: "Create a run of a version's batch steps",
  description,
  request: { params: onePlugin, body: body(runRequestModel) },
  responses: created,
});

const createByName = route.post('/by-name/{slug}/runs', 'createRunByName', {
  'x-slipway-problems': ['budget-exceeded', 'queue-full'],
  'x-slipway-command': 'run {slug} --input rows.jsonl',
  summary: "Create a run of a plugin's live version",
  description,
  request: { params: byName, body: body(runRequestModel) },
  responses: created,
});

const listed = { 200: jsonWithTexts('A page of runs', runPage) };

const list = route.get('/{plugin_id}/runs', 'listVersionRuns', {
  summary: "List a version's runs, newest first",
  request: { params: onePlugin, query: runQuery },
  responses: listed,
});

const listByName = route.get('/by-name/{slug}/runs', 'listRunsByName', {
  'x-slipway-command': 'runs list {slug}',
  summary: "List the runs of all of a plugin's versions, newest first",
  request: { params: byName, query: runQuery },
  responses: listed,
});

/** Mounted below a namespace's plugins. */
export function pluginRunRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/:plugin_id/runs', jsonAtMost(runLimits.requestBytes, runTexts));
  routes.use('/by-name/:slug/runs', jsonAtMost(runLimits.requestBytes, runTexts));
  routes.openapi(createByName, async (c) => {
    const { namespace_id, slug: name } = c.req.valid('param');
    const callee = { by: 'name', namespaceId: parseNamespaceId(namespace_id), name } as const;
    return jsonAnswer(
      c,
      createdWire(await createRun(c.var.deps, requireActor(c), callee, toRunRequest(c, c.req.valid('json')))),
    );
  });
  routes.openapi(listByName, async (c) => {
    const { namespace_id, slug: name } = c.req.valid('param');
    const of: RunsOf = { by: 'name', namespaceId: parseNamespaceId(namespace_id), name };
    const query = c.req.valid('query');
    const page = await listRuns(c.var.deps, requireActor(c), of, query);
    return jsonAnswer(c, paged(page, query, runWire));
  });
  routes.openapi(create, async (c) => {
    const { namespace_id, plugin_id: pluginId } = c.req.valid('param');
    const callee = { by: 'version', namespaceId: parseNamespaceId(namespace_id), pluginId } as const;
    return jsonAnswer(
      c,
      createdWire(await createRun(c.var.deps, requireActor(c), callee, toRunRequest(c, c.req.valid('json')))),
    );
  });
  routes.openapi(list, async (c) => {
    const { namespace_id, plugin_id: pluginId } = c.req.valid('param');
    const of: RunsOf = { by: 'version', namespaceId: parseNamespaceId(namespace_id), pluginId };
    const query = c.req.valid('query');
    const page = await listRuns(c.var.deps, requireActor(c), of, query);
    return jsonAnswer(c, paged(page, query, runWire));
  });
  return routes;
}
