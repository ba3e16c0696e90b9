// Starts a plugin on this machine and calls its examples.
import { Refusal } from '../../../builder/server/core/refusal.ts';
import type { Instance } from '../../../builder/server/instances/instance.ts';
import { Cancellation } from '../../../builder/server/processes/plugin-call.ts';
import { type CallAnswer, readCallAnswer } from '../../contract/builder/answers.ts';
import { type Example, parseExample } from '../../contract/builder/example.ts';
import type { StartError } from '../../contract/builder/start-errors.ts';
import type { BatchFacts } from '../../contract/traffic.ts';
import { mismatch, type OutputCheck } from '../../json-schema/output-check.ts';

export interface PluginFiles {
  paths: string[];
  read(path: string): Promise<Uint8Array>;
}

/** An example and its answer, when it is called alone. */
export interface AnsweredExample {
  path: string;
  example: Example;
  answer: CallAnswer;
}

/** Returns why the plugin doesn't start. */
export async function startError(instance: Instance): Promise<StartError | undefined> {
  for await (const event of instance.follow()) if (event.type === 'failed') return event.error;
  return undefined;
}

/** Calls the examples at these paths one by one. Returns the first problem instead if there is one. */
export async function callExamples(
  instance: Instance,
  { files, output }: { files: PluginFiles; output: OutputCheck | undefined },
  paths: readonly string[],
): Promise<AnsweredExample[] | string> {
  const answered: AnsweredExample[] = [];
  for (const path of paths) {
    const example = await parseExample(await files.read(path));
    if (typeof example === 'string') return `${path}: ${example}`;
    const answer = await callExample(instance, example);
    const problem = exampleProblem(answer, example, output);
    if (typeof answer === 'string' || problem !== undefined) return `${path}: ${problem}`;
    answered.push({ path, example, answer });
  }
  return answered;
}

/** Returns the reason if there is no answer. */
export async function callExample(
  instance: Instance,
  { call }: Example,
  onBatch?: (batch: BatchFacts) => void,
): Promise<CallAnswer | string> {
  try {
    const body = new TextEncoder().encode(call);
    const answer = await instance.call({ body, requestId: '', cancellation: new Cancellation(), onBatch });
    return await readCallAnswer(new TextDecoder().decode(answer));
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

export function exampleProblem(
  answer: CallAnswer | string,
  example: Example,
  output: OutputCheck | undefined,
): string | undefined {
  return typeof answer === 'string' ? answer : mismatch(answer, example, output);
}

/** Stops the instance before reading its logs, since a response may arrive before the output that precedes it. */
export async function printedLines(instance: Instance): Promise<string[]> {
  await instance.stop(0);
  return instance.log.lines.map(({ line }) => line);
}
