// Before a deployment may serve, it answers the plugin's own examples: tests/examples/*.json (design §6).
import { z } from 'zod';
import { readIndexed } from '../archive/index.ts';
import { BuilderError, type CallAnswer, callSchema, limits } from '../contract/builder.ts';
import { type Json, jsonObject } from '../contract/json.ts';
import type { DeploymentId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import { archiveIndex, archiveSource } from '../registry/archives.ts';
import type { PluginVersion } from '../registry/versions.ts';

/** An example was not answered as it says. */
export class ExampleFailed extends Error {
  override readonly name = 'ExampleFailed';
}

const exampleSchema = callSchema.partial().extend({ result: jsonObject.optional() });

const examplesMax = 50;

/** Runs every example, in the order of their names; gives how many there were. */
export async function verifyExamples(
  deps: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
  version: Pick<PluginVersion, 'sha256' | 'sizeBytes'>,
): Promise<number> {
  const index = await archiveIndex(deps, version.sha256);
  const source = archiveSource(deps, version.sha256, version.sizeBytes);
  const examples = index.filter(({ path }) => /^tests\/examples\/[^/]+\.json$/.test(path)).slice(0, examplesMax);
  for (const entry of examples) {
    const text = new TextDecoder().decode(await readIndexed(source, entry));
    const example = exampleSchema.safeParse(jsonOf(text));
    if (!example.success) throw new ExampleFailed(`${entry.path}: not an example: ${z.prettifyError(example.error)}`);
    const { inputs = {}, parameters = {}, result } = example.data;
    expectAnswer(entry.path, await callExample(deps, id, entry.path, JSON.stringify({ inputs, parameters })), result);
  }
  return examples.length;
}

/** A plugin that ends its process, or never answers, fails its example; a builder that is away doesn't. */
async function callExample(
  { builder }: Pick<Deps, 'builder'>,
  id: DeploymentId,
  path: string,
  call: string,
): Promise<CallAnswer> {
  try {
    return await builder.call(id, call);
  } catch (error) {
    if (!(error instanceof BuilderError)) throw error;
    if (error.code === 'instance-crashed')
      throw new ExampleFailed(`${path}: the plugin's process ended during the call`);
    if (error.code === 'call-timeout') throw new ExampleFailed(`${path}: no answer within ${limits.callMs / 1000} s`);
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function expectAnswer(path: string, answer: CallAnswer, expected: Record<string, Json> = {}): void {
  if (answer.status === 'error')
    throw new ExampleFailed(`${path}: the handler raised ${answer.error.type}: ${answer.error.message}`);
  const { result } = answer;
  if (typeof result !== 'object' || result === null || Array.isArray(result))
    throw new ExampleFailed(`${path}: the answer must be a dict`);
  for (const [key, value] of Object.entries(expected)) {
    const got = result[key];
    if (got === undefined || !sameJson(got, value)) {
      throw new ExampleFailed(
        `${path}: expected ${key} to be ${JSON.stringify(value)}, the answer has ${got === undefined ? 'none' : JSON.stringify(got).slice(0, 200)}`,
      );
    }
  }
}

function sameJson(a: Json, b: Json): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
