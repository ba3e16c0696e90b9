// Defines runs of a plugin's batch steps over a few rows: `slipway test`, and POST …/batch/test. Each run has its own instance, with a
// deployment's environment, secrets, models and grants.
import { z } from 'zod';
import { type CutJson, cutJson } from '../../core/json/scan.ts';
import type { JsonText } from '../../core/json/text.ts';
import { jsonObject } from '../json.ts';
import { batchLimits } from '../limits/batches.ts';
import type { Manifest } from '../plugin/manifest.ts';
import { logLineSchema } from './logs/line.ts';

/**
 * Entry point for calls to a Python instance. Defaults to the handler in realtime.py. `pipeline` and `run` use the steps that
 * pipeline.py builds, for a few rows or for chunks of a run (rows/). `schemas` answers with what the installed Pydantic makes of
 * the manifest's classes.
 */
export const entrySchema = z.enum(['pipeline', 'run', 'schemas']).optional();

/** Returns whether an instance works on runs, which yield to calls. */
export function worksOnRuns(spec: object): boolean {
  return 'entry' in spec && spec.entry === 'run';
}

const batchSize = z.int().min(1).max(batchLimits.rowsMax);

/** POST /instances/{id}/batch, for an instance whose entry is the pipeline. */
export const batchCallSchema = z.strictObject({
  /** If null, the steps are built but not run. */
  rows: z.array(jsonObject).max(batchLimits.rowsMax).nullable(),
  parameters: jsonObject,
  /** Number of rows passed to a step at a time. */
  batch_size: batchSize,
});

/** A batch call to forward, with its rows and parameters as the text that was sent. */
export interface BatchCall extends Omit<z.infer<typeof batchCallSchema>, 'rows' | 'parameters'> {
  rows: JsonText[] | null;
  parameters: JsonText;
}

const resultShape = {
  /** Number of built steps. Null if the error prevented building. */
  steps: z.int().min(0).nullable(),
  /** Type passed to the steps: a pandas DataFrame, or a stand-in with its common operations if pandas isn't installed. */
  frame: z.enum(['pandas', 'table']).nullable(),
  /** Null for each row that failed. */
  rows: z.array(jsonObject.nullable()),
  /** Rows that no step took, by index in the call, from 0. */
  skipped: z.array(z.int().min(0)).default([]),
  errors: z.array(
    z.strictObject({
      /** The row's index in the call, from 0. */
      index: z.int().min(0),
      message: z.string(),
    }),
  ),
};

/** The host's response, which leaves skipped rows null. `error` says why there are no steps. */
export const batchResultSchema = z.strictObject({ ...resultShape, error: z.string().nullable() });

export const batchErrorTypes = ['PipelineFailed', 'InstanceCrashed', 'InvalidAnswer', 'CallTimeout'] as const;

/** The response to a BatchCall. If the run failed as a whole, it has an error instead of rows and row errors. */
export const batchOutcomeSchema = z.object({
  ...resultShape,
  error: z.object({ type: z.enum(batchErrorTypes), message: z.string() }).nullable(),
  duration_ms: z.number(),
  /** Newest lines printed since the instance started. */
  lines: z.array(logLineSchema),
});

/** The rows are the text that the host's encoder wrote. */
export interface BatchOutcome extends Omit<z.infer<typeof batchOutcomeSchema>, 'rows'> {
  rows: (JsonText | null)[];
}

export async function readBatchOutcome(text: string): Promise<BatchOutcome> {
  const cut = await cutJson(text, ['rows.*']);
  return { ...batchOutcomeSchema.parse(JSON.parse(cut.skeleton)), rows: rowTexts(cut, 'rows.*') };
}

/** Returns the rows at a path, null for each failed one. */
export function rowTexts(cut: CutJson, path: string): (JsonText | null)[] {
  return cut.at(path).map(({ text }) => (text.text === 'null' ? null : text));
}

const declared = z.object({ batch_size: batchSize });

export function declaredBatchSize(manifest: Pick<Manifest, 'compute_profile'> | null): number {
  return declared.safeParse(manifest?.compute_profile).data?.batch_size ?? batchLimits.batchSize;
}
