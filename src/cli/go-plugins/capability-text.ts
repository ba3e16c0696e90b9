// Formats what the program of a Go plugin reaches, for people.
import type { components } from '../../client/api.gen.d.ts';

type Capability = components['schemas']['GoCapability'];
type Change = NonNullable<components['schemas']['PluginDiff']['capabilities']>[number];

/** Rows of a table: each capability with its path. A server from before analyses sends none. */
export function capabilityRows(capabilities: readonly Capability[] | null | undefined): string[][] {
  if (!capabilities) return [['reaches', 'not analyzed']];
  if (capabilities.length === 0) return [['reaches', 'nothing outside of its own memory']];
  return capabilities.map((capability, i) => [i === 0 ? 'reaches' : '', formatCapability(capability)]);
}

function formatCapability({ name, path, reason }: Capability): string {
  return reason === null ? `${name}  ${path.join(' → ')}` : `${name}  the analysis failed: ${reason}`;
}

/** Lines such as "1.3.0 newly reaches NETWORK through github.com/x/y.Client.Do". */
export function formatCapabilityChanges(version: string, changes: readonly Change[]): string {
  return changes.map((change) => `${version} ${formatChange(change)}\n`).join('');
}

function formatChange({ change, name, reason, through }: Change): string {
  if (reason !== null) return change === 'added' ? `could not be analyzed: ${reason}` : 'is analyzed again';
  return `${change === 'added' ? 'newly reaches' : 'no longer reaches'} ${name} through ${through}`;
}
