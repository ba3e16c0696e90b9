// Defines what a manifest may ask of the machine (plugin format §2), and what to do where a plugin can't have it.
import { type ExtractorPlacement, extractorPlacements } from '../states.ts';

type Fields =
  | Readonly<{ resource_type?: unknown; num_gpus?: unknown; gpu_memory_gb?: unknown; placement?: unknown }>
  | null
  | undefined;

/** Manifest fields that ask for hardware. */
export interface AskedHardware {
  compute_profile?: Fields;
  serve_config?: Fields;
  gpu_steps?: GpuStep[] | null | undefined;
}

/** A pipeline step that asks for a GPU, with its service as written and its place, such as `pipeline.py:14`. */
export interface GpuStep {
  service: string;
  at: string;
}

export const resourceTypes = ['cpu', 'gpu', 'api'] as const;

/**
 * Returns whether a plugin asks for a GPU: by `num_gpus`, by `gpu_memory_gb`, by `resource_type` in its `compute_profile`, or in a
 * pipeline step.
 */
export function asksForGpu(manifest: AskedHardware): boolean {
  return requiredGpus(manifest) > 0;
}

/**
 * Returns the number of GPUs per process. A fraction shares one. `serve_config` takes precedence over `compute_profile`. A pipeline
 * step that asks for a GPU gets one even if both of them ask for none. So does a plugin that asks only for GPU memory.
 */
export function requiredGpus(manifest: AskedHardware): number {
  const { compute_profile, gpu_steps, serve_config } = manifest;
  const counts = [serve_config, compute_profile].map((declared) => declared?.num_gpus);
  const count = counts.find((one) => typeof one === 'number' && one > 0);
  if (typeof count === 'number') return count;
  const type = compute_profile?.resource_type;
  const asksForOne = typeof type === 'string' && type.toLowerCase() === 'gpu';
  return asksForOne || gpuMemoryGiB(manifest) !== undefined || (gpu_steps ?? []).length > 0 ? 1 : 0;
}

/** Returns the declared GPU memory of each process, in GiB. `serve_config` takes precedence over `compute_profile`. */
export function gpuMemoryGiB({ compute_profile, serve_config }: AskedHardware): number | undefined {
  const stated = [serve_config, compute_profile].map((declared) => declared?.gpu_memory_gb);
  const memory = stated.find((one) => typeof one === 'number' && one > 0);
  return typeof memory === 'number' ? memory : undefined;
}

/**
 * Returns where the manifest says that an extractor runs. Undefined if it doesn't say: then the namespace's or the organization's
 * default decides when a deployment is requested, and whether a builder lends GPUs, if the plugin asks for one.
 */
export function declaredPlacement(manifest: AskedHardware | null): ExtractorPlacement | undefined {
  if (manifest === null) return undefined;
  // `serve_config` takes precedence over `compute_profile`.
  const stated = manifest.serve_config?.placement ?? manifest.compute_profile?.placement;
  return extractorPlacements.find((one) => one === stated);
}

const connect =
  'An operator connects one and says who it is trusted for: `slipway clusters add`, described in docs/ray.md.';
const lend = 'An operator starts a builder with BUILDER_GPUS=all, described in docs/gpus.md';

export const sandboxFix = 'set `"placement": "sandbox"` in `serve_config` of manifest.py, and publish a new version';

/** Returns why a plugin that runs on Ray can't be deployed without a cluster that accepts it. */
export function noClusterMessage(manifest: AskedHardware): string {
  const lacks = "no Ray cluster accepts this organization's plugins";
  if (declaredPlacement(manifest) === 'ray') return `The plugin asks to run on Ray, but ${lacks}. ${connect}`;
  if (!asksForGpu(manifest))
    return `The namespace's or the organization's default puts the plugin on Ray, but ${lacks}. ${connect} To leave Ray, ${sandboxFix}.`;
  return `${gpuAsked(manifest)}, but no builder lends one to this organization, and ${lacks}. ${lend}, or connects a cluster: \`slipway clusters add\`, described in docs/ray.md. ${withoutGpu(manifest)}`;
}

/** Returns why a plugin that asks for a GPU in Slipway's sandbox can't be deployed without a builder that lends it one. */
export function noGpuMessage(manifest: AskedHardware): string {
  const asked = `${gpuAsked(manifest)} in Slipway's sandbox, but no builder lends one to this organization`;
  return `${asked}. ${lend}. Without \`"placement": "sandbox"\` in manifest.py, the plugin may also run on a Ray cluster: docs/ray.md. ${withoutGpu(manifest)}`;
}

function gpuAsked(manifest: AskedHardware): string {
  const steps = (manifest.gpu_steps ?? []).map(({ at, service }) => `${service} at ${at}`);
  return isAskedInSteps(manifest)
    ? `The plugin asks for a GPU in pipeline.py (${steps.join(', ')})`
    : 'The plugin asks for a GPU';
}

function withoutGpu(manifest: AskedHardware): string {
  return isAskedInSteps(manifest)
    ? 'If it can run without a GPU, use ResourceType.CPU there, and publish a new version.'
    : 'If it can run without a GPU, set `resource_type` in `compute_profile` of manifest.py to "cpu", leave out `num_gpus` and `gpu_memory_gb`, and publish a new version.';
}

/** Returns whether only steps in pipeline.py ask for a GPU. */
function isAskedInSteps({ gpu_steps, ...declared }: AskedHardware): boolean {
  return (gpu_steps ?? []).length > 0 && !asksForGpu(declared);
}
