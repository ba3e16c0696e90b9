// Defines the wire format of runs, and reads the IDs in a run's path.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../../../access/actor.ts';
import { type AppEnv, parseNamespaceId } from '../../../api/context/context.ts';
import { textAt, textsAt } from '../../../api/requests/json-body.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import { objectText } from '../../../api/responses/json-answer.ts';
import { idSchema } from '../../../contract/ids.ts';
import { jsonObject } from '../../../contract/json.ts';
import { runLimits } from '../../../contract/limits/batches.ts';
import { rowFormats, separators } from '../../../contract/runs/records.ts';
import { runStates } from '../../../contract/states.ts';
import { iso } from '../../../core/clock.ts';
import { isId } from '../../../core/ids.ts';
import { emptyObject } from '../../../core/json/text.ts';
import { compressions } from '../../../db/schema/runs.ts';
import type { CreatedRun, RunInput, RunRequest } from '../create-run.ts';
import type { Run } from '../run.ts';

const runId = idSchema('run');

export const runStateField = z.enum(runStates).openapi({
  description:
    '`open`: the run is waiting for its input. `partial`: some rows failed. `expired`: the run was not started within 24 hours. The states from `succeeded` on are final.',
});

const count = z.int().min(0);

export const runModel = z
  .object({
    run_id: z.string(),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    deployment_id: z
      .string()
      .openapi({ description: 'The deployment that the run uses, from its creation to its end' }),
    status: runStateField,
    error: z.string().nullable().openapi({ description: 'Why the run failed or was cancelled by Slipway' }),
    input: z.object({
      format: z.enum(rowFormats),
      compression: z.enum(compressions).nullable(),
      separator: z
        .enum(separators)
        .nullable()
        .openapi({ description: 'What separates the values of a CSV; null until it is known' }),
      failed_of: z.string().nullable().openapi({ description: 'The run whose failed rows are run again' }),
      bytes: count.nullable(),
    }),
    parameters: objectText,
    max_parallel: z.int(),
    rows: count.openapi({ description: 'Rows found so far; all of them from `running` on' }),
    done: count.openapi({ description: 'Rows with a result' }),
    skipped: count.openapi({ description: 'Rows with a result that no step took: unchanged, with `"skipped": true`' }),
    failed: count.openapi({ description: 'Rows with an error' }),
    output_bytes: count,
    error_bytes: count,
    attempts: count.openapi({ description: 'Number of attempts, in total over all parts' }),
    created_by: actorModel,
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().nullable(),
    ended_at: z.iso.datetime().nullable(),
  })
  .openapi('Run');

export const createdModel = runModel
  .extend({
    presigned_url: z.string().nullable().openapi({
      description: 'URL for a PUT of the input, after which the run can be started. Null if the run has its input',
    }),
    expires_at: z.iso.datetime().nullable(),
  })
  .openapi('CreatedRun');

const fileModel = z
  .strictObject({
    format: z
      .enum(rowFormats)
      .openapi({ description: "The file's format: a JSON object per line, or a CSV with a header" }),
    compression: z.enum(compressions).nullish(),
    separator: z.enum(separators).nullish().openapi({
      description:
        'What separates the values of a CSV. If omitted, the header decides; if it has several of these characters outside quotes, the run fails',
    }),
    size_bytes: z.int().min(0).max(runLimits.inputBytes).nullish().openapi({
      example: 1048576,
      description:
        'Size of the file as sent. It is reserved in the quota `stored_bytes`, and the URL accepts no other size. If omitted, 256 MiB are reserved, and the start refuses a larger file',
    }),
  })
  .refine(({ format, separator }) => format === 'csv' || separator == null, {
    path: ['separator'],
    error: 'Only a CSV has a separator. Leave it out, or set `format` to `csv`.',
  });

const inputModel = z
  .union([
    z.strictObject({
      rows: z.array(jsonObject).min(1).openapi({ description: 'The rows, up to 8 MiB including all other fields' }),
    }),
    fileModel,
    z.strictObject({
      failed_of: runId.openapi({ type: 'string', description: 'A finished run whose failed rows are run again' }),
    }),
  ])
  .openapi({ description: 'Rows; or the format of a file to send, up to 5 GiB and 10,000,000 rows; or a run' });

export const runRequestModel = z
  .object({
    input: inputModel,
    parameters: jsonObject.nullish().openapi({ description: "Override the deployment's parameters" }),
    max_parallel: z
      .int()
      .min(1)
      .max(runLimits.parallelMax)
      .nullish()
      .openapi({
        description: `Number of processes that work on the run concurrently. Defaults to ${runLimits.parallel}`,
      }),
  })
  .openapi('RunRequest');

/** Paths of the user's own JSON in a request. */
export const runTexts = ['input.rows.*', 'parameters'];

export function toRunRequest(c: Context<AppEnv>, { input, max_parallel }: z.infer<typeof runRequestModel>): RunRequest {
  return {
    input: inputOf(c, input),
    parameters: textAt(c, 'parameters') ?? emptyObject,
    maxParallel: max_parallel ?? runLimits.parallel,
  };
}

function inputOf(c: Context<AppEnv>, input: z.infer<typeof inputModel>): RunInput {
  if ('rows' in input) return { rows: textsAt(c, 'input.rows.*') };
  return 'format' in input
    ? {
        format: input.format,
        compression: input.compression ?? null,
        separator: input.separator ?? undefined,
        sizeBytes: input.size_bytes ?? undefined,
      }
    : { failedOf: input.failed_of };
}

const optional = (time: number | null) => (time === null ? null : iso(time));

export function runWire(run: Run): z.infer<typeof runModel> {
  return {
    run_id: run.id,
    plugin_id: `${run.pluginName}_${run.version.replaceAll('.', '_')}`,
    name: run.pluginName,
    version: run.version,
    deployment_id: run.deploymentId,
    status: run.status,
    error: run.error,
    input: {
      format: run.format,
      compression: run.compression,
      separator: run.csv?.separator ?? null,
      failed_of: run.failedOf,
      bytes: run.inputBytes,
    },
    parameters: run.parameters,
    max_parallel: run.maxParallel,
    rows: run.rows,
    done: run.done,
    skipped: run.skipped,
    failed: run.failed,
    output_bytes: run.outputBytes,
    error_bytes: run.errorBytes,
    attempts: run.attempts,
    created_by: run.createdBy,
    created_at: iso(run.createdAt),
    started_at: optional(run.startedAt),
    ended_at: optional(run.endedAt),
  };
}

export function createdWire({ run, upload }: CreatedRun): z.infer<typeof createdModel> {
  return { ...runWire(run), presigned_url: upload?.url ?? null, expires_at: optional(upload?.expiresAt ?? null) };
}

export const oneRun = { params: z.object({ namespace_id: z.string(), run_id: z.string() }) };

/** Parses the IDs. Text that isn't an ID gets the same response as a missing run. */
export function toRunIds({ namespace_id, run_id }: { namespace_id: string; run_id: string }) {
  if (!isId('run', run_id)) throw notFound('run', run_id);
  return { namespaceId: parseNamespaceId(namespace_id), id: run_id };
}

export function idsIn(c: Context<AppEnv>) {
  return toRunIds({ namespace_id: c.req.param('namespace_id') ?? '', run_id: c.req.param('run_id') ?? '' });
}
