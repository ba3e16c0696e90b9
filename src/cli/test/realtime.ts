// Checks that a plugin starts and answers its examples, as a deployment does before it routes traffic to the plugin.
import { examplePath, unknownKeys } from '../../contract/builder/example.ts';
import type { InstanceSpec } from '../../contract/builder/instances.ts';
import { readServing } from '../../contract/builder/serving.ts';
import { examplesMax } from '../../contract/limits/manifest.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { OutputCheck } from '../../json-schema/output-check.ts';
import { type CompareOptions, callTogether, checkBatching } from './batching.ts';
import { type Check, failedCheck, passedCheck, skippedCheck, warningCheck } from './check.ts';
import { callExamples, type PluginFiles, printedLines, startError } from './examples.ts';
import type { LocalBuilder } from './local-builder.ts';

export interface RealtimePlugin {
  spec: InstanceSpec;
  files: PluginFiles;
  /** Checks answers against the manifest's declaration. */
  output: OutputCheck | undefined;
  /** How answers in batches are compared with others. */
  compare?: CompareOptions;
}

/** Starts the plugin and calls its examples. Another check reports missing examples or unknown keys in them. */
export async function checkRealtime(builder: LocalBuilder, plugin: RealtimePlugin): Promise<Check[]> {
  const { files } = plugin;
  const examples = files.paths
    .filter((path) => examplePath.test(path))
    .sort()
    .slice(0, examplesMax);
  const checks = await checkStart(builder, plugin, examples);
  if (examples.length === 0) return [...checks, skippedCheck('examples', 'no tests/examples/*.json')];
  return [...(await checkKeys(examples, files.read)), ...checks];
}

async function checkKeys(examples: string[], read: PluginFiles['read']): Promise<Check[]> {
  const checks: Check[] = [];
  for (const path of examples) {
    const ignored = unknownKeys(new TextDecoder().decode(await read(path)));
    if (ignored !== undefined) checks.push(warningCheck('examples', `${path}: ${ignored}`));
  }
  return checks;
}

/** Starts the plugin and calls it with the examples at these paths: one by one, and then all at once if it batches calls. */
export async function checkStart(
  builder: LocalBuilder,
  plugin: RealtimePlugin,
  paths: readonly string[],
): Promise<[Check, ...Check[]]> {
  const startedAt = performance.now();
  const instance = builder.instance(plugin.spec);
  const failure = async (problem: string) => failedCheck('realtime', problem, await printedLines(instance));
  const error = await startError(instance);
  if (error) return [await failure(`the plugin does not start: ${error.message}`)];
  const took = formatDuration(performance.now() - startedAt);
  const examples = await callExamples(instance, plugin, paths);
  if (typeof examples === 'string') return [await failure(examples)];
  const isBatching = examples.length > 0 && readServing(plugin.spec).batching !== undefined;
  const batched = isBatching ? await callTogether(instance, examples) : undefined;
  const lines = await printedLines(instance);
  const count = `${examples.length} ${examples.length === 1 ? 'example' : 'examples'}`;
  const realtime = passedCheck(
    'realtime',
    `loaded in ${took}${examples.length === 0 ? '' : `, ${count} passed`}`,
    lines,
  );
  return batched ? [realtime, await checkBatching(builder, { ...plugin, lines }, batched)] : [realtime];
}
