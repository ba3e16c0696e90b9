// Verifies an instance before it gets traffic: it must pass the plugin's own examples, tests/examples/*.json (design §6).
import { readIndexed } from '../../archive/contents/stored-index.ts';
import type { CallAnswer } from '../../contract/builder/answers.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { examplePath, parseExample } from '../../contract/builder/example.ts';
import { raisedBy } from '../../contract/limits/limit-texts.ts';
import { examplesMax } from '../../contract/limits/manifest.ts';
import { timeLimitMs } from '../../contract/plugin/permissions.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { formatSeconds } from '../../core/quantities.ts';
import type { Deps } from '../../deps.ts';
import { mismatch, outputCheck } from '../../json-schema/output-check.ts';
import { archiveIndex, archiveSource } from '../../registry/storage/archives.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';

/** An example's answer differs from the expected one, or from what the manifest declares. */
export class ExampleFailed extends Error {
  override readonly name = 'ExampleFailed';
}

/** Runs the examples in name order. Returns their number. */
export async function verifyExamples(
  deps: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
  version: Pick<PluginVersion, 'sha256' | 'sizeBytes' | 'manifest' | 'definition'>,
): Promise<number> {
  const index = await archiveIndex(deps, version.sha256);
  const source = archiveSource(deps, version.sha256, version.sizeBytes);
  const examples = index.filter(({ path }) => examplePath.test(path)).slice(0, examplesMax);
  const output = outputCheck(version.manifest);
  for (const entry of examples) {
    const example = await parseExample(await readIndexed(source, entry));
    if (typeof example === 'string') throw new ExampleFailed(`${entry.path}: ${example}`);
    const wrong = mismatch(await callExample(deps, { id, version }, entry.path, example.call), example, output);
    if (wrong !== undefined) throw new ExampleFailed(`${entry.path}: ${wrong}`);
  }
  return examples.length;
}

/** A crash or timeout fails the example. An unreachable builder doesn't; the step is retried instead. */
async function callExample(
  { builder }: Pick<Deps, 'builder'>,
  { id, version }: { id: DeploymentId; version: Pick<PluginVersion, 'manifest' | 'definition'> },
  path: string,
  call: string,
): Promise<CallAnswer> {
  const callMs = timeLimitMs(version);
  try {
    return await builder.call(id, call, { callMs });
  } catch (error) {
    if (!(error instanceof BuilderError)) throw error;
    if (['instance-crashed', 'answer-invalid', 'call-unreadable'].includes(error.code))
      throw new ExampleFailed(`${path}: ${error.message}`);
    if (error.code === 'call-timeout')
      throw new ExampleFailed(`${path}: no answer within ${formatSeconds(callMs)}. ${raisedBy.time}`);
    throw error;
  }
}
