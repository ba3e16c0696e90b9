// Builds a deployment's input for Ray Serve: the package of its files, and the configuration, which contains no secrets.
import { packZip } from '../../../archive/zip/pack.ts';
import { StartFailed } from '../../../builders/start-failures.ts';
import { type LockEntry, lockEntries } from '../../../contract/builder/packages.ts';
import { streamSettings } from '../../../contract/builder/serving.ts';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { builderLimits } from '../../../contract/limits/builder.ts';
import { requestedBatching } from '../../../contract/plugin/batching.ts';
import { requiredGpus } from '../../../contract/plugin/hardware.ts';
import { declaredRequirements, type Manifest } from '../../../contract/plugin/manifest.ts';
import { sha256Hex } from '../../../core/digest.ts';
import { selectLock } from '../../../instances/environments/lock.ts';
import { declaredMemoryMiB } from '../../../instances/placement.ts';
import { requestedScaling, requestedServing } from '../../../instances/serving.ts';
import { archiveKey } from '../../../registry/storage/archives.ts';
import { applicationName } from '../applications.ts';
import { packageUri } from '../ray-serve.ts';
import { rayAdapter } from './adapter.gen.ts';
import type { RayDeps, RayPlace } from './place.ts';
import { isEmbedded, needsProvisions } from './provisions.ts';

export interface RayPackage {
  digest: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

/**
 * Packs the adapter, together with the plugin's archive if it is small. Ray puts the package's folder on Python's path, so the plugin's
 * own files must stay zipped.
 */
export async function readRayPackage({ blobs }: Pick<RayDeps, 'blobs'>, { version }: RayPlace): Promise<RayPackage> {
  const files = Object.entries(rayAdapter).map(([path, text]) => ({
    path,
    bytes: new Uint8Array(encoder.encode(text)),
  }));
  if (isEmbedded(version)) {
    const object = await blobs.get(archiveKey(version.sha256));
    if (!object) throw new StartFailed({ code: 'archive-invalid', message: 'The archive is not in the store.' });
    files.push({ path: 'plugin.zip', bytes: new Uint8Array(await object.arrayBuffer()) });
  }
  const bytes = await packZip(files);
  return { digest: await sha256Hex(bytes), bytes };
}

/** A run gets one process per chunk in progress, up to the cluster's capacity. */
export async function applicationConfig(
  ray: RayDeps,
  place: RayPlace,
  { digest, ownPackages, parallel }: { digest: string; ownPackages: readonly string[]; parallel: number },
): Promise<JsonObject> {
  const { id, run, version } = place;
  const isRun = run !== null;
  const batching = requestedBatching(version.manifest);
  const name = applicationName(id);
  const pip = await pipOf(ray, place);
  const args: JsonObject = {
    plugin: version.name,
    dependencies: version.manifest?.dependencies ?? [],
    needs_provisions: needsProvisions(version, ownPackages),
    packages: [...ownPackages],
    key_sha256: await sha256Hex(place.routeKey),
    answer_bytes: builderLimits.callBytes,
    concurrency: isRun ? 1 : concurrencyOf(version.manifest),
    stream: streamSettings(builderLimits),
    ...(isRun ? { entry: 'run' } : batching ? { batching } : {}),
    serve: {
      ...(isRun ? rowsScaling(parallel) : callsScaling(version.manifest)),
      graceful_shutdown_timeout_s: isRun ? rayLimits.rowsDrainSeconds : rayLimits.drainSeconds,
      ray_actor_options: actorOptions(version.manifest),
    },
  };
  const config: JsonObject = {
    name,
    route_prefix: `/${name}`,
    import_path: 'slipway_ray.app:build',
    runtime_env: { working_dir: packageUri(digest), ...(pip ? { pip } : {}) },
  };
  const revision = await sha256Hex(JSON.stringify([config, args]));
  return { ...config, args: { ...args, revision } };
}

/** Hardware that an application takes when it starts. */
export interface Demand {
  processes: number;
  /** Per process, like the CPUs. */
  gpus: number;
  cpus: number;
}

/** A run's processes start one by one. */
export function startDemand(manifest: Manifest | null, isRun: boolean): Demand {
  const scaling = requestedScaling(manifest);
  const replicas = scaling ? Math.max(1, scaling.min) : (requestedServing(manifest)?.replicas ?? 1);
  const gpus = manifest ? requiredGpus(manifest) : 0;
  return { processes: isRun ? 1 : replicas, gpus, cpus: cpusOf(manifest) };
}

/** While one batch runs, the next one gathers in the process. */
function concurrencyOf(manifest: Manifest | null): number {
  const batching = requestedBatching(manifest);
  if (batching) return 2 * batching.max_size;
  return requestedServing(manifest)?.concurrency ?? rayLimits.concurrency;
}

function rowsScaling(parallel: number): JsonObject {
  const { healthTimeoutSeconds, rowsDownSeconds, rowsUpSeconds } = rayLimits;
  const delays = { upscale_delay_s: rowsUpSeconds, downscale_delay_s: rowsDownSeconds };
  return {
    autoscaling_config: { min_replicas: 1, max_replicas: parallel, target_ongoing_requests: 1, ...delays },
    max_ongoing_requests: 1,
    health_check_timeout_s: healthTimeoutSeconds,
  };
}

function callsScaling(manifest: Manifest | null): JsonObject {
  const scaling = requestedScaling(manifest);
  const { processes } = startDemand(manifest, false);
  const replicas = scaling
    ? {
        autoscaling_config: {
          min_replicas: processes,
          max_replicas: scaling.max,
          target_ongoing_requests: scaling.target_in_flight,
        },
      }
    : { num_replicas: processes };
  return {
    ...replicas,
    // One more than its calls, so that a stream's reader can report (slipway_ray/admission.py).
    max_ongoing_requests: concurrencyOf(manifest) + 1,
    ...healthChecks(manifest),
  };
}

function healthChecks(manifest: Manifest | null): JsonObject {
  const isQuick = requestedBatching(manifest) !== undefined || startDemand(manifest, false).gpus > 0;
  return {
    health_check_timeout_s: rayLimits.healthTimeoutSeconds,
    ...(isQuick ? { health_check_period_s: rayLimits.healthSeconds } : {}),
  };
}

function actorOptions(manifest: Manifest | null): JsonObject {
  const memoryMiB = declaredMemoryMiB(manifest);
  const { cpus, gpus } = startDemand(manifest, false);
  return {
    num_gpus: gpus,
    num_cpus: cpus,
    ...(memoryMiB === null ? {} : { memory: Math.ceil(memoryMiB) * 1024 ** 2 }),
  };
}

/** Defaults to Ray's own number if the manifest doesn't set it. */
function cpusOf(manifest: Manifest | null): number {
  const declared = manifest?.serve_config?.num_cpus ?? manifest?.compute_profile?.num_cpus;
  return typeof declared === 'number' && declared >= 0 ? declared : 1;
}

/**
 * Returns the lock's public packages, with hashes, for pip on the cluster's nodes; undefined if there are none. Packages from the
 * organization's own indexes come from the store.
 */
async function pipOf(ray: RayDeps, { version }: RayPlace): Promise<JsonObject | undefined> {
  if (declaredRequirements(version.manifest).length === 0) return undefined;
  const [lock] = await selectLock(ray, version.id);
  if (!lock) throw new StartFailed({ code: 'archive-invalid', message: 'This version was deleted.' });
  const entries = lockEntries(lock.text).filter(({ origin }) => origin === null);
  if (entries.length === 0) return undefined;
  return { packages: entries.map(lineOf), pip_install_options: ['--require-hashes', '--no-deps'] };
}

function lineOf({ hashes, marker, name, version }: LockEntry): string {
  const digests = hashes.map((digest) => `--hash=sha256:${digest}`);
  return [`${name}==${version}`, ...(marker === null ? [] : [`; ${marker}`]), ...digests].join(' ');
}
