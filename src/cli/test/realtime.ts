// Checks that a plugin starts and answers its examples, as a deployment does before it routes traffic to the plugin.
import { Refusal } from '../../../builder/server/core/refusal.ts';
import type { Instance } from '../../../builder/server/instances/instance.ts';
import { Cancellation } from '../../../builder/server/processes/plugin-call.ts';
import { readCallAnswer } from '../../contract/builder/answers.ts';
import type { InstanceSpec } from '../../contract/builder/instances.ts';
import { examplesMax } from '../../contract/limits/manifest.ts';
import { examplePath, parseExample, unknownKeys } from '../../contract/plugin/example.ts';
import { mismatch, type OutputCheck } from '../../json-schema/output-check.ts';
import { formatDuration } from '../terminal/duration.ts';
import { type Check, failedCheck, passedCheck, skippedCheck, warningCheck } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

export interface PluginFiles {
  paths: string[];
  read(path: string): Promise<Uint8Array>;
}

export interface RealtimePlugin {
  spec: InstanceSpec;
  files: PluginFiles;
  /** Checks answers against the manifest's declaration. */
  output: OutputCheck | undefined;
}

/** Starts the plugin and calls its examples. Another check reports missing examples or unknown keys in them. */
export async function checkRealtime(builder: LocalBuilder, plugin: RealtimePlugin): Promise<Check[]> {
  const { files } = plugin;
  const examples = files.paths
    .filter((path) => examplePath.test(path))
    .sort()
    .slice(0, examplesMax);
  const realtime = await checkStart(builder, plugin, examples);
  if (examples.length === 0) return [realtime, skippedCheck('examples', 'no tests/examples/*.json')];
  return [...(await checkKeys(examples, files.read)), realtime];
}

async function checkKeys(examples: string[], read: PluginFiles['read']): Promise<Check[]> {
  const checks: Check[] = [];
  for (const path of examples) {
    const ignored = unknownKeys(new TextDecoder().decode(await read(path)));
    if (ignored !== undefined) checks.push(warningCheck('examples', `${path}: ${ignored}`));
  }
  return checks;
}

/** Starts the plugin and calls it with the examples at these paths. */
export async function checkStart(
  builder: LocalBuilder,
  { files, output, spec }: RealtimePlugin,
  examples: string[],
): Promise<Check> {
  const startedAt = performance.now();
  const instance = builder.instance(spec);
  for await (const event of instance.follow())
    if (event.type === 'failed')
      return failedCheck('realtime', `the plugin does not start: ${event.error.message}`, await printedLines(instance));
  const took = formatDuration(performance.now() - startedAt);
  for (const path of examples) {
    const problem = await tryExample(instance, new TextDecoder().decode(await files.read(path)), output);
    if (problem !== undefined) return failedCheck('realtime', `${path}: ${problem}`, await printedLines(instance));
  }
  const answered =
    examples.length === 0 ? '' : `, ${examples.length} ${examples.length === 1 ? 'example' : 'examples'} passed`;
  return passedCheck('realtime', `loaded in ${took}${answered}`, await printedLines(instance));
}

async function tryExample(
  instance: Instance,
  text: string,
  output: OutputCheck | undefined,
): Promise<string | undefined> {
  const example = await parseExample(text);
  if (typeof example === 'string') return example;
  try {
    const body = new TextEncoder().encode(example.call);
    const answer = await instance.call({ body, requestId: '', cancellation: new Cancellation() });
    return mismatch(await readCallAnswer(new TextDecoder().decode(answer)), example, output);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** Stops the instance before reading its logs, since a response may arrive before the output that precedes it. */
async function printedLines(instance: Instance): Promise<string[]> {
  await instance.stop(0);
  return instance.log.lines.map(({ line }) => line);
}
