// Defines runs of a plugin's batch steps over a few rows: `slipway test`, and POST …/batch/test. A run has an instance of its own, with the
// environment, secrets, models and grants of a deployment.
import { z } from 'zod';
import { type CutJson, cutJson } from '../../core/json/scan.ts';
import type { JsonText } from '../../core/json/text.ts';
import { jsonObject } from '../json.ts';
import { batchLimits } from '../limits/batches.ts';
import type { Manifest } from '../plugin/manifest.ts';
import { logLineSchema } from './log-line.ts';

/**
 * Entry point that the calls of a Python instance run. Left out: the handler in realtime.py. `pipeline` and `run`: the steps that pipeline.py
 * builds, for a few rows, or for chunks of a run (run-rows.ts).
 */
export const entrySchema = z.enum(['pipeline', 'run']).optional();

/** Whether an instance works on runs, which yield to calls. */
export function worksOnRuns(spec: object): boolean {
  return 'entry' in spec && spec.entry === 'run';
}

const batchSize = z.int().min(1).max(batchLimits.rowsMax);

/** POST /instances/{id}/batch, for an instance whose entry is the pipeline. */
export const batchCallSchema = z.strictObject({
  /** Null: the steps are built, and not run. */
  rows: z.array(jsonObject).max(batchLimits.rowsMax).nullable(),
  parameters: jsonObject,
  /** Steps get so many rows at a time. */
  batch_size: batchSize,
});

/** A batch call as it is passed on: its rows and parameters stay the texts that were sent. */
export interface BatchCall extends Omit<z.infer<typeof batchCallSchema>, 'rows' | 'parameters'> {
  rows: JsonText[] | null;
  parameters: JsonText;
}

const resultShape = {
  /** How many steps were built. Null: none, because of the error. */
  steps: z.int().min(0).nullable(),
  /** Type that the steps got: a DataFrame of pandas, or a stand-in with its common methods where pandas is not installed. */
  frame: z.enum(['pandas', 'table']).nullable(),
  /** Null for each row that failed. */
  rows: z.array(jsonObject.nullable()),
  /** Rows that no step took, by their place among those of the call, from 0. */
  skipped: z.array(z.int().min(0)).default([]),
  errors: z.array(
    z.strictObject({
      /** The row's place among those of the call, from 0. */
      index: z.int().min(0),
      message: z.string(),
    }),
  ),
};

/** Answer of the host, which leaves skipped rows null. `error`: why there are no steps. */
export const batchResultSchema = z.strictObject({ ...resultShape, error: z.string().nullable() });

export const batchErrorTypes = ['PipelineFailed', 'InstanceCrashed', 'InvalidAnswer', 'CallTimeout'] as const;

/** The response to a BatchCall. A run that failed as a whole has an error, and neither rows nor errors of rows. */
export const batchOutcomeSchema = z.object({
  ...resultShape,
  error: z.object({ type: z.enum(batchErrorTypes), message: z.string() }).nullable(),
  duration_ms: z.number(),
  /** Newest lines printed since the start of the instance. */
  lines: z.array(logLineSchema),
});

/** Rows are the texts that the host's encoder wrote. */
export interface BatchOutcome extends Omit<z.infer<typeof batchOutcomeSchema>, 'rows'> {
  rows: (JsonText | null)[];
}

export async function readBatchOutcome(text: string): Promise<BatchOutcome> {
  const cut = await cutJson(text, ['rows.*']);
  return { ...batchOutcomeSchema.parse(JSON.parse(cut.skeleton)), rows: rowTexts(cut, 'rows.*') };
}

/** Returns the rows at a path, null for each that failed. */
export function rowTexts(cut: CutJson, path: string): (JsonText | null)[] {
  return cut.at(path).map(({ text }) => (text.text === 'null' ? null : text));
}

const declared = z.object({ batch_size: batchSize });

export function declaredBatchSize(manifest: Pick<Manifest, 'compute_profile'> | null): number {
  return declared.safeParse(manifest?.compute_profile).data?.batch_size ?? batchLimits.batchSize;
}
