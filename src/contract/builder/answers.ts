// Reads a plugin's response to a call. Keeps results as the text that the plugin's encoder wrote.
import type { z } from 'zod';
import { type CutJson, cutJson, JsonFault } from '../../core/json/scan.ts';
import { JsonText, jsonNull } from '../../core/json/text.ts';
import { builderLimits } from '../limits/builder.ts';
import { BuilderError, type BuilderErrorBody } from './errors.ts';
import { callAnswerSchema, callStreamLineSchema, operationAnswerSchema } from './instances.ts';

/** The answer to a Call. Handler exceptions are returned as answers with an error. */
export type CallAnswer =
  | { status: 'success'; result: JsonText; duration_ms: number }
  | Extract<z.infer<typeof callAnswerSchema>, { status: 'error' }>;

/** The answer to an Operation. Plugin errors are returned as answers with an error. */
export type OperationAnswer = { result: JsonText } | Extract<z.infer<typeof operationAnswerSchema>, { error: unknown }>;

/** A line of a stream: a value or the end. The end is the answer without a result, or an error. */
export type CallStreamLine = { value: JsonText } | { end: CallAnswer } | BuilderErrorBody;

/** Values that a handler yields. */
export interface CallLines {
  /** Waits for the next lines; the list may be empty. Returns undefined after the last. Rejects with a BuilderError. */
  read(): Promise<CallStreamLine[] | undefined>;
  /** Cancels the call. */
  cancel(): Promise<void>;
}

/** Throws a BuilderError if the text is not a valid answer. */
export async function readCallAnswer(text: string): Promise<CallAnswer> {
  const { parsed, results } = await readAnswer(text, callAnswerSchema, 'result');
  return parsed.status === 'error' ? parsed : { ...parsed, result: results.one('result') ?? jsonNull };
}

/** Throws a BuilderError if the text is not a valid answer. */
export async function readOperationAnswer(text: string): Promise<OperationAnswer> {
  const { parsed, results } = await readAnswer(text, operationAnswerSchema, 'result');
  return 'error' in parsed ? parsed : { result: results.one('result') ?? jsonNull };
}

/** Throws a BuilderError if the text is not a valid stream line. */
export async function readStreamLine(line: string): Promise<CallStreamLine> {
  const { parsed, results } = await readAnswer(line, callStreamLineSchema, 'value');
  if ('value' in parsed) return { value: results.one('value') ?? jsonNull };
  if ('error' in parsed) return parsed;
  const { end } = parsed;
  return { end: end.status === 'error' ? end : { ...end, result: new JsonText(JSON.stringify(end.result)) } };
}

async function readAnswer<Answer>(
  text: string,
  schema: z.ZodType<Answer>,
  path: string,
): Promise<{ parsed: Answer; results: CutJson }> {
  const levels = builderLimits.answerLevels;
  const results = await cutJson(text, [path], { levels }).catch((error: unknown) => {
    if (!(error instanceof JsonFault)) throw error;
    const fault = error.kind === 'too-deep' ? `nests deeper than ${levels} levels` : 'is not JSON';
    throw new BuilderError('answer-invalid', `The plugin's answer ${fault}.`);
  });
  const parsed = schema.safeParse(JSON.parse(results.skeleton));
  if (parsed.success) return { parsed: parsed.data, results };
  const [issue] = parsed.error.issues;
  throw new BuilderError('answer-invalid', `The plugin's answer has an invalid form: ${issue?.message}.`);
}
