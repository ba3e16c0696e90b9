// Before a deployment may serve, it answers the plugin's own examples: tests/examples/*.json (design §6).
import { readIndexed } from '../archive/index.ts';
import { BuilderError, type CallAnswer } from '../contract/builder.ts';
import { examplePath, examplesMax, mismatch, parseExample } from '../contract/example.ts';
import { builderLimits } from '../contract/limits.ts';
import type { DeploymentId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import { archiveIndex, archiveSource } from '../registry/storage/archives.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';

/** An example was not answered as it says. */
export class ExampleFailed extends Error {
  override readonly name = 'ExampleFailed';
}

/** Runs every example, in the order of their names; gives how many there were. */
export async function verifyExamples(
  deps: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
  version: Pick<PluginVersion, 'sha256' | 'sizeBytes'>,
): Promise<number> {
  const index = await archiveIndex(deps, version.sha256);
  const source = archiveSource(deps, version.sha256, version.sizeBytes);
  const examples = index.filter(({ path }) => examplePath.test(path)).slice(0, examplesMax);
  for (const entry of examples) {
    const example = parseExample(new TextDecoder().decode(await readIndexed(source, entry)));
    if (typeof example === 'string') throw new ExampleFailed(`${entry.path}: ${example}`);
    const wrong = mismatch(await callExample(deps, id, entry.path, example.call), example);
    if (wrong !== undefined) throw new ExampleFailed(`${entry.path}: ${wrong}`);
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
    if (error.code === 'call-timeout')
      throw new ExampleFailed(`${path}: no answer within ${builderLimits.callMs / 1000} s`);
    throw error;
  }
}
