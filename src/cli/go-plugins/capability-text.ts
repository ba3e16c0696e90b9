// Lays out what the program of a Go plugin reaches: as rows of a table, and as lines of a diff.
import type { components } from '../../client/api.gen.d.ts';
import { formatCapability, formatCapabilityChange } from '../../contract/capability-text.ts';

type Capability = components['schemas']['GoCapability'];
type Change = NonNullable<components['schemas']['PluginDiff']['capabilities']>[number];

/** Rows of a table: each capability with its path. A server from before analyses sends none. */
export function capabilityRows(capabilities: readonly Capability[] | null | undefined): string[][] {
  if (!capabilities) return [['reaches', 'not analyzed']];
  if (capabilities.length === 0) return [['reaches', 'nothing outside of its own memory']];
  return capabilities.map((capability, i) => [i === 0 ? 'reaches' : '', formatCapability(capability)]);
}

/** Lines such as "1.3.0 newly reaches NETWORK through github.com/x/y.Client.Do". */
export function formatCapabilityChanges(version: string, changes: readonly Change[]): string {
  return changes.map((change) => `${version} ${formatCapabilityChange(change)}\n`).join('');
}
