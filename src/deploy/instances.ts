// Instances from what is stored: a deployment's host is started with the archive of its version, whenever it isn't there.
// An instance is a cache (invariant 5); starting one that runs costs one request.
import { BuilderError, type PythonSpec, type StartError } from '../contract/builder.ts';
import type { LogLine } from '../contract/log-line.ts';
import { formatVersion } from '../contract/manifest.ts';
import type { DeploymentId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import { archiveKey } from '../registry/archives.ts';
import type { PluginVersion } from '../registry/versions.ts';

/** The plugin could not be started, and trying again won't help. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  readonly error: StartError;
  constructor(error: StartError) {
    super(error.message);
    this.error = error;
  }
}

export type Hosted = Pick<PluginVersion, 'sha256' | 'name' | 'major' | 'minor' | 'patch' | 'manifest'>;

/** Returns when the instance answers calls. The builder shares one start among all who ask for the same id. */
export async function startInstance(
  { builder, blobs }: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
  version: Hosted,
  log: (line: LogLine) => void = () => {},
): Promise<void> {
  const spec: PythonSpec = {
    runtime: 'python',
    archive: version.sha256,
    plugin: { name: version.name, version: formatVersion(version) },
    dependencies: version.manifest?.dependencies ?? [],
  };
  for (let sent = false; ; sent = true) {
    try {
      return await waitUntilReady(builder, id, spec, log);
    } catch (error) {
      if (sent || !(error instanceof BuilderError) || error.code !== 'blob-missing') throw error;
      await sendArchive({ builder, blobs }, id, version.sha256);
    }
  }
}

async function waitUntilReady(
  builder: Deps['builder'],
  id: DeploymentId,
  spec: PythonSpec,
  log: (line: LogLine) => void,
): Promise<void> {
  for await (const event of builder.start(id, spec)) {
    if (event.type === 'log') log({ at: event.at, stream: event.stream, line: event.line });
    if (event.type === 'step') log({ at: event.at, stream: 'host', line: event.step });
    if (event.type === 'ready') return;
    if (event.type === 'failed') throw new StartFailed(event.error);
  }
  throw new BuilderError('unreachable', 'The builder ended in the middle of a start');
}

async function sendArchive(
  { builder, blobs }: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
  sha256: string,
): Promise<void> {
  const object = await blobs.get(archiveKey(sha256));
  if (!object) throw new StartFailed({ code: 'archive-invalid', message: `The archive ${sha256} is not in the store` });
  await builder.putBlob(id, sha256, object.body, object.size);
}
