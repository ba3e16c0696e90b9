// Formats what a Go plugin's program reaches, for the CLI and the console.
import type { ReachedCapability } from '../contract/builder/analyses.ts';

type Reached = Pick<ReachedCapability, 'name' | 'path' | 'through'> & { reason: string | null };

export function formatCapability({ name, path, reason }: Omit<Reached, 'through'>): string {
  return reason === null ? `${name}  ${path.join(' → ')}` : `${name}  the analysis failed: ${reason}`;
}

/** Formats the text after the version, such as "newly reaches NETWORK through github.com/x/y.Client.Do". */
export function formatCapabilityChange({
  change,
  name,
  reason,
  through,
}: Omit<Reached, 'path'> & { change: 'added' | 'removed' }): string {
  if (reason !== null) return change === 'added' ? `could not be analyzed: ${reason}` : 'is analyzed again';
  return `${change === 'added' ? 'newly reaches' : 'no longer reaches'} ${name} through ${through}`;
}
