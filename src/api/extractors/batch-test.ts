// Serves the route that runs rows through a version's batch steps.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireScope } from '../../access/actor.ts';
import { batchOutcomeSchema } from '../../contract/builder/batch.ts';
import { jsonObject } from '../../contract/json.ts';
import { batchLimits } from '../../contract/limits/batches.ts';
import { emptyObject } from '../../core/json/text.ts';
import { type BatchTest, testBatch } from '../../serve/batch-test.ts';
import { errorTypes } from '../../serve/invoke.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { body, errors, routesOf } from '../openapi/route-definitions.ts';
import { callDeps, timeoutHeaders } from '../requests/call-deps.ts';
import { jsonAtMost, textAt, textsAt } from '../requests/json-body.ts';
import { logLineModel } from '../requests/log-query.ts';
import { onePlugin } from '../requests/surfaces.ts';
import { jsonAnswer, jsonWithTexts, objectTextOrNull } from '../responses/json-answer.ts';

const batchModel = z
  .object({
    rows: z
      .array(jsonObject)
      .min(1)
      .max(batchLimits.rowsMax)
      .openapi({ description: 'Rows of the batch, such as `[{"data": "A text"}]`' }),
    parameters: jsonObject.nullish().openapi({ description: "Override the deployment's parameters" }),
  })
  .openapi('BatchTest');

const { errors: rowErrors, frame, steps } = batchOutcomeSchema.shape;

const batchAnswerModel = z
  .object({
    status: z
      .enum(['success', 'error'])
      .openapi({ description: '`error` if a row failed or does not match the manifest' }),
    message: z.string().openapi({ example: 'Every row has a result' }),
    rows: z.array(objectTextOrNull).openapi({
      description:
        'One row for each sent row, in order; null where the steps failed. A row that does not match the output_schema or the features is included, with an error. A row that no step takes is included as sent, with `"skipped": true`.',
    }),
    skipped: z.int().openapi({ description: 'Number of rows that no step took', example: 0 }),
    row_errors: rowErrors,
    error: z.string().nullable().openapi({ description: 'Why there are no rows' }),
    steps: steps.openapi({ description: 'Number of steps that `build_steps` returned' }),
    frame: frame.openapi({
      description:
        'The input of the steps: a pandas DataFrame if pandas is a dependency, otherwise a substitute with the most common methods',
    }),
    logs: z.array(logLineModel).openapi({ description: "The newest 1,000 lines of the plugin's log" }),
    duration_ms: z.number(),
    deployment_id: z.string(),
  })
  .openapi('BatchAnswer');

const batchTest = routesOf('Deployments').post('/{plugin_id}/batch/test', 'testPluginBatch', {
  'x-slipway-command': 'batch test {plugin_id} --rows ROWS.json',
  summary: "Run rows through a version's batch steps",
  description:
    "Calls `build_steps` and its steps in a separate instance, with a deployment's environment, secrets, models and grants. The version must be deployed, either for batches only or for realtime calls. Nothing is stored. A batch that raises an exception runs again row by row to find the rows at fault; if a step adds, drops or moves rows, all rows of its batch fail.",
  request: { params: onePlugin, headers: timeoutHeaders, body: body(batchModel) },
  responses: {
    200: jsonWithTexts('The rows that the steps returned, or what went wrong', batchAnswerModel),
    ...errors(400, 409),
  },
});

export function addBatchTest(routes: OpenAPIHono<AppEnv>): void {
  routes.use('/:plugin_id/batch/test', jsonAtMost(batchLimits.callBytes, ['rows.*', 'parameters']));
  routes.openapi(batchTest, async (c) => {
    const { namespace_id, plugin_id: pluginId } = c.req.valid('param');
    const actor = requireActor(c);
    requireScope(actor, 'plugins:invoke');
    const parameters = textAt(c, 'parameters') ?? emptyObject;
    const request = { namespaceId: parseNamespaceId(namespace_id), pluginId, rows: textsAt(c, 'rows.*'), parameters };
    return jsonAnswer(c, batchWire(await testBatch(callDeps(c), actor, request)));
  });
}

const runFailed = 'The run failed';

function batchWire({ deploymentId, ...test }: BatchTest): z.infer<typeof batchAnswerModel> {
  const common = { deployment_id: deploymentId };
  if ('failure' in test) {
    const none = { rows: [], skipped: 0, row_errors: [], steps: null, frame: null, duration_ms: 0 };
    const { kind, message: reason } = test.failure;
    const message = kind === 'not-started' ? 'The plugin did not start' : runFailed;
    return { ...common, ...none, status: 'error', message, error: `${errorTypes[kind]}: ${reason}`, logs: test.lines };
  }
  const { duration_ms, error, errors: failed, frame, lines, rows, skipped, steps } = test.outcome;
  const ran = { rows, skipped: skipped.length, row_errors: failed, steps, frame, logs: lines, duration_ms };
  if (error)
    return { ...common, ...ran, status: 'error', message: runFailed, error: `${error.type}: ${error.message}` };
  const status = failed.length === 0 ? 'success' : 'error';
  return { ...common, ...ran, status, message: countMessage(rows.length, failed.length, skipped.length), error: null };
}

function countMessage(rows: number, failed: number, skipped: number): string {
  const all = rows === 1 ? '1 row' : `${rows} rows`;
  if (failed > 0) return `${failed} of ${all} failed`;
  return skipped === 0 ? `${all} succeeded` : `${rows - skipped} of ${all} succeeded, ${skipped} skipped`;
}
