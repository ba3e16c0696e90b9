// Defines what a manifest may ask of the machine (plugin format §2), and which plugins need a Ray cluster for it.
import { type ExtractorPlacement, extractorPlacements } from '../states.ts';

type Fields = Readonly<{ resource_type?: unknown; num_gpus?: unknown; placement?: unknown }> | null | undefined;

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

/** Returns whether a plugin asks for a GPU: by `num_gpus`, by `resource_type` in its `compute_profile`, or in a pipeline step. */
export function asksForGpu(manifest: AskedHardware): boolean {
  return requiredGpus(manifest) > 0;
}

/**
 * Returns the number of GPUs per process. A fraction shares one. `serve_config` takes precedence over `compute_profile`. A pipeline
 * step that asks for a GPU gets one even if both of them ask for none.
 */
export function requiredGpus({ compute_profile, gpu_steps, serve_config }: AskedHardware): number {
  const counts = [serve_config, compute_profile].map((declared) => declared?.num_gpus);
  const count = counts.find((one) => typeof one === 'number' && one > 0);
  if (typeof count === 'number') return count;
  const type = compute_profile?.resource_type;
  const asksForOne = typeof type === 'string' && type.toLowerCase() === 'gpu';
  return asksForOne || (gpu_steps ?? []).length > 0 ? 1 : 0;
}

/** Returns whether the manifest itself puts the plugin on a Ray cluster: it asks for a GPU, or for `"placement": "ray"`. */
export function runsOnRay(manifest: AskedHardware | null): boolean {
  return manifest !== null && (asksForGpu(manifest) || statedPlacement(manifest) === 'ray');
}

/**
 * Returns where the manifest says that an extractor runs. Undefined if it doesn't say: then the namespace's or the organization's
 * default decides when a deployment is requested.
 */
export function declaredPlacement(manifest: AskedHardware | null): ExtractorPlacement | undefined {
  return runsOnRay(manifest) ? 'ray' : manifest === null ? undefined : statedPlacement(manifest);
}

/** `serve_config` takes precedence over `compute_profile`. */
function statedPlacement({ compute_profile, serve_config }: AskedHardware): ExtractorPlacement | undefined {
  const stated = serve_config?.placement ?? compute_profile?.placement;
  return extractorPlacements.find((one) => one === stated);
}

const connect =
  'An operator connects one and says who it is trusted for: `slipway clusters add`, described in docs/ray.md.';

export const sandboxFix = 'set `"placement": "sandbox"` in `serve_config` of manifest.py, and publish a new version';

/** Returns why a plugin that needs Ray can't be deployed without a cluster that accepts it. */
export function noClusterMessage(manifest: AskedHardware): string {
  const refused = (asked: string) => `${asked}, but no Ray cluster accepts this organization's plugins. ${connect}`;
  if (!runsOnRay(manifest))
    return `${refused("The namespace's or the organization's default puts the plugin on Ray")} To leave Ray, ${sandboxFix}.`;
  if (!asksForGpu(manifest)) return refused('The plugin asks to run on Ray');
  const { gpu_steps, ...declared } = manifest;
  const steps = (gpu_steps ?? []).map(({ at, service }) => `${service} at ${at}`);
  if (steps.length > 0 && !asksForGpu(declared))
    return `${refused(`The plugin asks for a GPU in pipeline.py (${steps.join(', ')})`)} If it can run without a GPU, use ResourceType.CPU there, and publish a new version.`;
  return `${refused('The plugin asks for a GPU')} If it can run without a GPU, set \`resource_type\` in \`compute_profile\` of manifest.py to "cpu", leave out \`num_gpus\`, and publish a new version.`;
}
