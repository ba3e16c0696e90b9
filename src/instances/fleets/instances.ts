// Starts instances from stored archives and executables. An instance is a cache (invariant 5); starting a running one costs one
// request.
import { sql } from 'drizzle-orm';
import { StartFailed, StartInterrupted } from '../../builders/start-failures.ts';
import type { EnvironmentRef } from '../../contract/builder/environments.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { fleetInstanceId } from '../../contract/builder/fleets.ts';
import type { BuildOutput } from '../../contract/builder/go-plugins.ts';
import {
  type Confinement,
  codeDigest,
  confinementSchema,
  type InstanceSpec,
  type PythonSpec,
} from '../../contract/builder/instances.ts';
import type { IsolateSpec } from '../../contract/builder/isolates.ts';
import { hostLine, type LogLine } from '../../contract/builder/logs/line.ts';
import type { StartError } from '../../contract/builder/start-errors.ts';
import { sendAttempts } from '../../contract/limits/builder.ts';
import { askedGpuShare } from '../../contract/plugin/gpu-share.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import type { ModelRef } from '../../contract/plugin/models.ts';
import { hostedPermissions } from '../../contract/plugin/permissions.ts';
import type { DeploymentId } from '../../core/ids.ts';
import type { Deps, StartableVersion, StartOptions } from '../../deps.ts';
import { modelKey } from '../../models/model-keys.ts';
import { archiveKey } from '../../registry/storage/archives.ts';
import { artifactKey, wasmKey } from '../builds/builds.ts';
import { type EnvironmentDeps, prepareEnvironment, readEnvironment } from '../environments/environment.ts';
import { forgetPackages, sendPackages } from '../environments/package-store.ts';
import { missingGpus } from '../requirements/gpus.ts';
import { missingGrants } from '../requirements/grants.ts';
import {
  askedBy,
  deploymentWhere,
  lacking,
  type Provided,
  requireProvisions,
  selectProvisions,
} from '../requirements/provisions.ts';
import { requestedServing } from '../serving.ts';
import { startWithFreedGpus } from './free-gpus.ts';

export type StartDeps = EnvironmentDeps;

/** Returns how the instance is confined, once it takes calls. Concurrent starts of the same ID share one start in the builder. */
export async function startInstance(
  deps: StartDeps,
  deploymentId: DeploymentId,
  version: StartableVersion,
  { environment, number = 1, separate, log = () => {} }: StartOptions = {},
): Promise<Confinement> {
  const id = separate?.id ?? fleetInstanceId(deploymentId, number);
  const provided = await provisionsFor(deps, deploymentId, version);
  const withEnvironment = async (known?: EnvironmentRef) => {
    const spec = specOf(version, known ?? (await readEnvironment(deps, { id, version, log })), provided);
    if (separate) return separateSpec(spec, deploymentId, separate.entry);
    return number > 1 && spec.runtime === 'python' ? { ...spec, log: deploymentId } : spec;
  };
  const start = () => startSpec(deps, { id, log }, withEnvironment, environment);
  const confinement = await startWithFreedGpus(deps, version.organizationId, start);
  await stopUnlessGranted(deps, { id, deploymentId, version });
  return confinement;
}

/** Throws a StartFailed that lists everything missing. */
async function provisionsFor(deps: StartDeps, id: DeploymentId, version: StartableVersion): Promise<Provided> {
  const asked = askedBy(version);
  const { missing, place, provided } = await selectProvisions(deps, deploymentWhere(id), asked);
  const all = [...missing, ...(await missingGpus(deps, asked, place))];
  if (all.length > 0) throw lacking(asked, all);
  return provided;
}

/** Starts the instance in which a version that waits for approval is tried. Its ID is the version's. */
export async function startTrial(deps: StartDeps, version: StartableVersion): Promise<void> {
  const { id, ownerId } = version;
  const log = () => {};
  const asked = askedBy(version);
  const { missing, provided } = await selectProvisions(deps, { namespaceId: sql`${ownerId}`, place: sql`null` }, asked);
  if (missing.length > 0) throw lacking(asked, missing);
  const environment = await prepareEnvironment(deps, { id, version, log });
  const withEnvironment = async (known?: EnvironmentRef) =>
    specOf(version, known ?? (await readEnvironment(deps, { id, version, log })), provided);
  await startSpec(deps, { id, log }, withEnvironment, environment);
}

/** Starts an instance, after sending the builder what it lacks. */
async function startSpec(
  deps: StartDeps,
  { id, log }: { id: string; log: (line: LogLine) => void },
  withEnvironment: (known?: EnvironmentRef) => Promise<InstanceSpec>,
  environment: EnvironmentRef | undefined,
): Promise<Confinement> {
  let spec = await withEnvironment(environment);
  for (let sent = 0; ; sent++) {
    try {
      return await waitUntilReady(deps.builder, id, spec, log);
    } catch (error) {
      if (!(error instanceof BuilderError)) throw error;
      if (error.code !== 'blob-missing' || sent === sendAttempts) {
        log(hostLine(deps.clock.now(), error.message));
        throw error;
      }
      if (!(await sendMissing(deps, id, spec, error.missing))) spec = await withEnvironment();
    }
  }
}

/** Rows run in one process; a run prints to its deployment's log. Schemas need no GPU. Only Python plugins have these entry points. */
function separateSpec(spec: InstanceSpec, deployment: DeploymentId, entry: PythonSpec['entry']): InstanceSpec {
  if (spec.runtime !== 'python') return spec;
  const { serving: _, gpu, ...rest } = spec;
  const needed = gpu && entry !== 'schemas' ? { gpu } : {};
  return { ...rest, ...needed, entry, ...(entry === 'run' ? { log: deployment } : {}) };
}

/** A grant revoked during the start did not reach this instance. */
async function stopUnlessGranted(
  deps: StartDeps,
  { id, deploymentId, version }: { id: string; deploymentId: DeploymentId; version: StartableVersion },
): Promise<void> {
  if (!(await missingGrants(deps, version))) return;
  await deps.builder.stop(id);
  await requireProvisions(deps, deploymentId, version);
}

function specOf(
  version: StartableVersion,
  environment: EnvironmentRef | undefined,
  { secrets, models }: Provided,
): InstanceSpec {
  const { built, kind, manifest, name, organizationId, source, pluginId, sha256 } = version;
  const hosted = hostedPermissions(version);
  const serving = requestedServing(manifest);
  const gpu = askedGpuShare(manifest ?? {});
  const permissions = { ...(hosted ? { permissions: hosted } : {}), ...(secrets ? { secrets } : {}) };
  if (kind !== 'pipeline' && kind !== 'storage')
    return {
      runtime: 'python',
      organization: organizationId,
      archive: sha256,
      plugin: { name, version: formatVersion(version) },
      dependencies: manifest?.dependencies ?? [],
      ...(environment ? { environment } : {}),
      ...(models ? { models: models.map(({ name: file, sha256: digest }) => ({ name: file, sha256: digest })) } : {}),
      ...(serving ? { serving } : {}),
      ...(gpu ? { gpu } : {}),
      ...permissions,
    };
  if (!built)
    throw new StartFailed({
      code: 'artifact-invalid',
      message: 'This version has no executable. Install the plugin again.',
    });
  const plugin = { name, version: source?.ref ?? formatVersion(version) };
  if (version.placement?.place === 'isolate')
    return isolateSpec({ organizationId, plugin, definition: version.definition }, built);
  return {
    runtime: 'executable',
    organization: organizationId,
    kind,
    artifact: built.artifact.sha256,
    plugin,
    data: kind === 'storage' ? pluginId : null,
    network: false,
    ...permissions,
  };
}

/** Returns the spec of a module in an isolate. Throws a StartFailed if the build has none. */
export function isolateSpec(
  {
    organizationId,
    plugin,
    definition,
  }: Pick<StartableVersion, 'organizationId' | 'definition'> & Pick<InstanceSpec, 'plugin'>,
  { wasm }: Pick<BuildOutput, 'wasm'>,
): IsolateSpec {
  if (!wasm || 'reason' in wasm)
    throw new StartFailed({
      code: 'artifact-invalid',
      message: 'This version has no WebAssembly module. Install the plugin again.',
    });
  const { timeout_s, later_timeout_s } = definition?.permissions ?? {};
  const times = {
    ...(timeout_s === undefined ? {} : { timeout_s }),
    ...(later_timeout_s === undefined ? {} : { later_timeout_s }),
  };
  return {
    runtime: 'isolate',
    organization: organizationId,
    kind: 'pipeline',
    artifact: wasm.artifact.sha256,
    plugin,
    ...(Object.keys(times).length > 0 ? { permissions: times } : {}),
  };
}

export async function waitUntilReady(
  builder: Deps['builder'],
  id: string,
  spec: InstanceSpec,
  log: (line: LogLine) => void,
): Promise<Confinement> {
  for await (const event of builder.start(id, spec)) {
    if (event.type === 'log') log({ at: event.at, stream: event.stream, line: event.line });
    if (event.type === 'step') log({ at: event.at, stream: 'host', line: event.step });
    if (event.type === 'ready') return confinementSchema.parse(event.instance);
    if (event.type === 'failed') throw startFailure(event.error);
  }
  throw new BuilderError('unreachable', 'The builder stopped during the start');
}

function startFailure(error: StartError): StartFailed | StartInterrupted {
  if (error.code !== 'process-killed') return new StartFailed(error);
  return new StartInterrupted('unreachable', `The plugin was killed while it started. ${error.message}`);
}

/** Sends the content that the builder lacks. Returns false if the store has lost a package, which then has to be installed again. */
async function sendMissing(
  deps: EnvironmentDeps,
  id: string,
  spec: InstanceSpec,
  missing: readonly string[],
): Promise<boolean> {
  const { environment, models = [] } = spec.runtime === 'python' ? spec : {};
  if (missing.includes(codeDigest(spec))) await sendCode(deps, id, spec);
  for (const model of models)
    if (missing.includes(model.sha256)) await sendModel(deps, id, spec.organization ?? '', model);
  const packages = (environment?.packages ?? []).filter((key) => missing.includes(key));
  if (packages.length === 0) return true;
  const lost = await sendPackages(deps, id, packages);
  if (lost.length > 0) await forgetPackages(deps, lost);
  return lost.length === 0;
}

async function sendModel(
  { builder, blobs }: Pick<Deps, 'builder' | 'blobs'>,
  id: string,
  organization: string,
  { name, sha256 }: ModelRef,
): Promise<void> {
  const object = await blobs.get(modelKey(organization, sha256));
  if (!object)
    throw new StartFailed({
      code: 'model-missing',
      message: `The content of the model ${name} is not in the store. Store it again.`,
    });
  await builder.putBlob(id, sha256, object.body, object.size);
}

/** Where each runtime's code is stored, and how its absence is reported. */
const storedCode = {
  python: { key: archiveKey, noun: 'archive', code: 'archive-invalid' },
  executable: { key: artifactKey, noun: 'executable', code: 'artifact-invalid' },
  isolate: { key: wasmKey, noun: 'WebAssembly module', code: 'artifact-invalid' },
} as const;

export async function sendCode(
  { builder, blobs }: Pick<Deps, 'builder' | 'blobs'>,
  id: string,
  spec: InstanceSpec,
): Promise<void> {
  const sha256 = codeDigest(spec);
  const { code, key, noun } = storedCode[spec.runtime];
  const object = await blobs.get(key(sha256));
  if (!object) throw new StartFailed({ code, message: `The ${noun} ${sha256} is not in the store` });
  await builder.putBlob(id, sha256, object.body, object.size);
}
