// Whether a plugin starts, and answers its own examples: what a deployment asks of it before it may serve.
import type { Instance } from '../../../builder/server/instances/instance.ts';
import { Refusal } from '../../../builder/server/refusal.ts';
import { callAnswerSchema, type InstanceSpec } from '../../contract/builder.ts';
import { examplePath, examplesMax, mismatch, parseExample } from '../../contract/example.ts';
import { shownDuration } from '../duration.ts';
import { type Check, failed, passed } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

export interface PluginFiles {
  paths: string[];
  read(path: string): Promise<Uint8Array>;
}

export async function checkStart(builder: LocalBuilder, spec: InstanceSpec, files: PluginFiles): Promise<Check> {
  const startedAt = performance.now();
  const instance = builder.instance(spec);
  for await (const event of instance.follow())
    if (event.type === 'failed')
      return failed('realtime', `it does not start: ${event.error.message}`, await printed(instance));
  const took = shownDuration(performance.now() - startedAt);
  const examples = files.paths
    .filter((path) => examplePath.test(path))
    .sort()
    .slice(0, examplesMax);
  for (const path of examples) {
    const wrong = await tryExample(instance, new TextDecoder().decode(await files.read(path)));
    if (wrong !== undefined) return failed('realtime', `${path}: ${wrong}`, await printed(instance));
  }
  const answered = examples.length === 0 ? 'no tests/examples to try' : `${examples.length} of its examples answered`;
  return passed('realtime', `loaded in ${took}, ${answered}`, await printed(instance));
}

async function tryExample(instance: Instance, text: string): Promise<string | undefined> {
  const example = parseExample(text);
  if (typeof example === 'string') return example;
  try {
    const answer = await instance.call(new TextEncoder().encode(example.call));
    return mismatch(callAnswerSchema.parse(JSON.parse(new TextDecoder().decode(answer))), example);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** All of it is here once the instance has ended: an answer may overtake what was printed before it. */
async function printed(instance: Instance): Promise<string[]> {
  await instance.stop(0);
  return instance.logs('').lines.map(({ line }) => line);
}
