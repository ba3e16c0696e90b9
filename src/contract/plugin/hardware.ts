// Defines what a manifest may ask of the machine that runs the plugin (plugin format §2).
type Fields = Readonly<{ resource_type?: unknown; num_gpus?: unknown }> | null | undefined;

/** The fields of a manifest that ask for it. */
export interface AskedHardware {
  compute_profile?: Fields;
  serve_config?: Fields;
}

export const resourceTypes = ['cpu', 'gpu', 'api'] as const;

/** Whether a manifest asks for a GPU: by `resource_type` of its `compute_profile`, or by `num_gpus`. */
export function asksForGpu({ compute_profile, serve_config }: AskedHardware): boolean {
  const type = compute_profile?.resource_type;
  const counts = [compute_profile, serve_config].map((declared) => declared?.num_gpus);
  const isGpu = typeof type === 'string' && type.toLowerCase() === 'gpu';
  return isGpu || counts.some((count) => typeof count === 'number' && count > 0);
}

export const noGpuMessage =
  'The plugin asks for a GPU, and no machine here runs plugins on one. If it can run without, set `resource_type` in `compute_profile` of manifest.py to "cpu", leave out `num_gpus`, and publish a new version.';
