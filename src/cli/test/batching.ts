// Checks that a plugin's answers to its examples are the same in a batch and alone, and the same from `run_many` and from its method for
// single calls.
import type { Instance } from '../../../builder/server/instances/instance.ts';
import { compareAnswers } from '../../answers/compare-answers.ts';
import type { CallAnswer } from '../../contract/builder/answers.ts';
import type { InstanceSpec, PythonSpec } from '../../contract/builder/instances.ts';
import { releaseLimits } from '../../contract/limits/deployments.ts';
import { requestedBatching } from '../../contract/plugin/batching.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { releasePlanSchema } from '../../contract/releases.ts';
import type { OutputCheck } from '../../json-schema/output-check.ts';
import { type Check, failedCheck, passedCheck, skippedCheck, warningCheck } from './check.ts';
import { type AnsweredExample, callExample, exampleProblem, printedLines, startError } from './examples.ts';
import type { LocalBuilder } from './local-builder.ts';

const name = 'batching';

/** How long a process waits for a batch to fill, so that examples called at once run together. */
const gatherMs = 50;

/** Without `retry`, an exception that only a batch causes isn't hidden by dividing the batch. */
export function withBatching(spec: PythonSpec, manifest: Manifest | null): PythonSpec {
  const batching = requestedBatching(manifest);
  if (!batching) return spec;
  return { ...spec, serving: { replicas: 1, batching: { ...batching, max_wait_ms: gatherMs, retry: false } } };
}

export type CompareOptions = Parameters<typeof compareAnswers>[2];

/** Returns the tolerance and the ignored paths of the manifest's release plan, or those of the standard plan. */
export function compareOptions(manifest: Manifest | null): CompareOptions {
  const plan = releasePlanSchema.safeParse(manifest?.serve_config?.release).data;
  return { tolerance: releaseLimits.tolerance, ignore: [], ...plan?.gates.answer_diff };
}

/** An example's answers, alone and with the others. */
interface BatchedExample extends AnsweredExample {
  /** A text says why there is no answer. */
  together: CallAnswer | string;
  /** Number of calls in its batch. */
  size: number;
}

/** Calls all examples at once. Those with the same parameters gather into batches. */
export function callTogether(instance: Instance, examples: readonly AnsweredExample[]): Promise<BatchedExample[]> {
  return Promise.all(
    examples.map(async (answered) => {
      let size = 1;
      const together = await callExample(instance, answered.example, (batch) => {
        size = batch.size;
      });
      return { ...answered, together, size };
    }),
  );
}

interface Tested {
  spec: InstanceSpec;
  output: OutputCheck | undefined;
  compare?: CompareOptions;
  /** Lines that the plugin printed. */
  lines: string[];
}

export async function checkBatching(
  builder: LocalBuilder,
  { compare = compareOptions(null), lines, output, spec }: Tested,
  examples: readonly BatchedExample[],
): Promise<Check> {
  for (const { example, path, size, together } of examples) {
    const problem = exampleProblem(together, example, output);
    if (problem !== undefined) return failedCheck(name, `${path}, in a batch of ${size}: ${problem}`, lines);
  }
  const single = await callSingly(builder, spec, examples);
  if ('problem' in single) return failedCheck(name, single.problem, single.lines);
  const difference = firstDifference(examples, single.answers, compare);
  if (difference !== undefined) return single.answers ? failedCheck(name, difference) : warningCheck(name, difference);
  const largest = Math.max(...examples.map(({ size }) => size));
  const together = `${examples.length} examples passed in ${largest === examples.length ? 'one batch' : `batches of up to ${largest}`}`;
  const tested = largest > 1 ? together : 'no batch ran, which takes two examples with the same parameters';
  if (single.answers) return passedCheck(name, `${tested}; the answers are the same without batching`);
  return largest > 1 ? passedCheck(name, tested) : skippedCheck(name, tested);
}

type SingleAnswers = { problem: string; lines: string[] } | { answers: ReadonlyMap<string, CallAnswer> | undefined };

/** Calls the examples in an instance without batching. There are no answers if the plugin has only `run_many`. */
async function callSingly(
  builder: LocalBuilder,
  spec: InstanceSpec,
  examples: readonly BatchedExample[],
): Promise<SingleAnswers> {
  const instance = builder.instance({ ...spec, ...('serving' in spec ? { serving: { replicas: 1 } } : {}) });
  const failure = async (problem: string) => ({ problem, lines: await printedLines(instance) });
  const error = await startError(instance);
  if (error?.code === 'handler-missing') return { answers: undefined };
  if (error) return failure(`without batching, the plugin does not start: ${error.message}`);
  const answers = new Map<string, CallAnswer>();
  for (const { example, path } of examples) {
    const answer = await callExample(instance, example);
    if (typeof answer === 'string') return failure(`${path}, without batching: ${answer}`);
    answers.set(path, answer);
  }
  await instance.stop(0);
  return { answers };
}

/** Compares the answers in batches with those without batching, or else with those of `run_many` alone. */
function firstDifference(
  examples: readonly BatchedExample[],
  singles: ReadonlyMap<string, CallAnswer> | undefined,
  options: CompareOptions,
): string | undefined {
  for (const { answer, path, size, together } of examples) {
    const found = typeof together === 'string' ? [] : compareAnswers(singles?.get(path) ?? answer, together, options);
    const places = found.map((one) => `${one.path}: ${one.what}`).join('; ');
    const other = singles ? 'without batching' : 'alone';
    if (places !== '') return `${path}: the answer in a batch of ${size} differs from the one ${other}: ${places}`;
  }
  return undefined;
}
