// Runs rows through a plugin's steps, in an instance that is started for them and then stopped, for `slipway test` and the API.
import type { z } from 'zod';
import {
  type BatchCall,
  type BatchOutcome,
  batchCallSchema,
  type batchErrorTypes,
  batchResultSchema,
  rowTexts,
} from '../../../src/contract/builder/batch.ts';
import type { BuilderErrorCode } from '../../../src/contract/builder/errors.ts';
import { callAnswerSchema } from '../../../src/contract/builder/instances.ts';
import { batchLimits } from '../../../src/contract/limits/batches.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { mergeObjects } from '../../../src/core/json/merge.ts';
import { cutJson } from '../../../src/core/json/scan.ts';
import { emptyObject, JsonText, writeJson } from '../../../src/core/json/text.ts';
import { parsedBody } from '../core/parsed-body.ts';
import { Refusal } from '../core/refusal.ts';
import type { PluginCall } from '../processes/plugin-call.ts';
import type { Instance } from './instance.ts';

type Answered = Omit<BatchOutcome, 'lines'>;
type ErrorType = (typeof batchErrorTypes)[number];

/** Reads a batch call. Keeps the text of its rows and parameters as sent. */
export async function readBatchCall(body: Buffer): Promise<BatchCall> {
  const cut = await cutJson(body.toString('utf8'), ['rows.*', 'parameters']).catch(() => {
    throw new Refusal('invalid-request', 'The request body is not valid JSON.');
  });
  const call = parsedBody(Buffer.from(cut.skeleton), batchCallSchema, 'batch call');
  const rows = call.rows && cut.at('rows.*').map(({ text }) => text);
  return { ...call, rows, parameters: cut.one('parameters') ?? emptyObject };
}

/** Rejects with a Refusal only if the plugin isn't at fault. */
export async function runBatch(
  instance: Instance,
  { rows, parameters, batch_size }: BatchCall,
  caller: Omit<PluginCall, 'body'>,
): Promise<BatchOutcome> {
  requirePipeline(instance);
  const startedAt = performance.now();
  const body = new TextEncoder().encode(writeJson({ inputs: { rows, batch_size }, parameters }));
  try {
    const answered = await instance
      .call({ body, ...caller })
      .then((answer) => readAnswer(answer, rows ?? []))
      .catch((error: unknown) => failureOf(error, performance.now() - startedAt));
    // The answer may arrive before output that was printed earlier.
    await instance.stop(0);
    return { ...withoutSecrets(answered, (text) => instance.masked(text)), lines: printed(instance) };
  } finally {
    await instance.stop(0);
  }
}

function printed({ log }: Instance): BatchOutcome['lines'] {
  return log.lines.slice(-batchLimits.logLines);
}

/** The ID may belong to an instance that serves calls, which must not be stopped. */
function requirePipeline({ id, spec }: Instance): void {
  if (spec.runtime === 'python' && spec.entry === 'pipeline') return;
  throw new Refusal('invalid-request', `Instance ${id} does not run batches. Start one whose entry is the pipeline.`);
}

/** Validates the answer, because the plugin's process may return anything. */
async function readAnswer(bytes: Uint8Array, sent: readonly JsonText[]): Promise<Answered> {
  const cut = await cutJson(new TextDecoder().decode(bytes), ['result.rows.*']).catch(() => undefined);
  const answer = callAnswerSchema.safeParse(cut && JSON.parse(cut.skeleton));
  if (!cut || !answer.success) return failedBatch('InvalidAnswer', notAResult);
  const { data } = answer;
  if (data.status === 'error')
    return failedBatch('PipelineFailed', `${data.error.type}: ${data.error.message}`, data.duration_ms);
  const result = batchResultSchema.safeParse(data.result);
  if (!result.success || !isWhole(result.data, sent.length))
    return failedBatch('InvalidAnswer', notAResult, data.duration_ms);
  const { error, ...ran } = result.data;
  if (error !== null) return failedBatch('PipelineFailed', error, data.duration_ms);
  const rows = await withSkipped(rowTexts(cut, 'result.rows.*'), ran.skipped, sent);
  return { ...ran, rows, error: null, duration_ms: data.duration_ms };
}

/** Fills in the rows that no step took: as sent, with the same mark as in a run. */
function withSkipped(rows: BatchOutcome['rows'], skipped: readonly number[], sent: readonly JsonText[]) {
  const places = new Set(skipped);
  return Promise.all(rows.map((row, at) => (places.has(at) ? mergeObjects(sent[at] ?? emptyObject, mark) : row)));
}

const mark = new JsonText('{"skipped":true}');

/** Rows belong to the plugin and stay unchanged. */
function withoutSecrets({ error, errors, ...answered }: Answered, masked: (text: string) => string): Answered {
  return {
    ...answered,
    error: error && { ...error, message: masked(error.message) },
    errors: errors.map(({ index, message }) => ({ index, message: masked(message) })),
  };
}

const notAResult = "The plugin's process returned something other than a batch result.";

/** Returns whether each row has a result, has an error, or was skipped. */
function isWhole({ error, errors, rows, skipped, steps }: z.infer<typeof batchResultSchema>, count: number): boolean {
  if (error !== null) return true;
  const without = [...errors.map(({ index }) => index), ...skipped];
  const places = new Set(without);
  const areAnswered = rows.every((row, at) => (row === null) === places.has(at));
  const areRows = places.size === without.length && without.every((at) => at < count);
  return steps !== null && rows.length === count && areAnswered && areRows;
}

function failureOf(error: unknown, durationMs: number): Answered {
  if (!(error instanceof Refusal)) throw error;
  const fault = faults[error.code];
  if (fault === undefined) throw error;
  const [type, message] = fault;
  return failedBatch(type, message(error.message), durationMs);
}

const faults: Partial<Record<BuilderErrorCode, [ErrorType, (message: string) => string]>> = {
  'instance-crashed': ['InstanceCrashed', (message) => message.replace('during the call', 'during the run')],
  'answer-invalid': ['InvalidAnswer', () => notAResult],
  'call-timeout': [
    'CallTimeout',
    () => `The run did not end within its time limit. Send fewer rows, or do less for each. ${raisedBy.time}`,
  ],
};

function failedBatch(type: ErrorType, message: string, duration_ms = 0): Answered {
  return { steps: null, frame: null, rows: [], skipped: [], errors: [], error: { type, message }, duration_ms };
}
