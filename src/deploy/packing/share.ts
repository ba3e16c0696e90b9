// Decides whether a plugin may share a container with others of its organization, and how much of it is kept for the plugin.
import type { InstanceStatus } from '../../contract/builder/instances.ts';
import { packingLimits } from '../../contract/limits/containers.ts';
import { hostedPermissions } from '../../contract/plugin/permissions.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { declaredMemoryMiB } from '../builder/placement.ts';
import type { Deployment } from '../overview.ts';

const MiB = 2 ** 20;

/** Kinds that keep several plugins apart. In `vm` the machine around one plugin is what confines it. */
const apart: ReadonlySet<InstanceStatus['sandbox']> = new Set(['namespaces', 'landlock']);

/** Returns the MiB that are kept for the plugin, whose examples have just run alone. Null: it gets a container of its own. */
export function shareOf(
  { kind, manifest, definition }: Pick<PluginVersion, 'kind' | 'manifest' | 'definition'>,
  { scaling }: Pick<Deployment, 'scaling'>,
  { memory, sandbox }: Pick<InstanceStatus, 'memory' | 'sandbox'>,
): number | null {
  if (kind !== 'extractor' || manifest?.serve_config?.dedicated === true) return null;
  if ((scaling?.max ?? 1) > 1 || (manifest?.models ?? []).length > 0) return null;
  if (!memory || !apart.has(sandbox)) return null;
  const declared = Math.max(
    declaredMemoryMiB(manifest) ?? 0,
    hostedPermissions({ manifest, definition })?.memory_mb ?? 0,
  );
  const peak = memory.peak_bytes / MiB;
  if (declared === 0) return peak < packingLimits.verifiedMiB ? packingLimits.instanceMiB : null;
  const share = Math.ceil(Math.max(declared, peak));
  return share <= packingLimits.instanceMiB ? share : null;
}
