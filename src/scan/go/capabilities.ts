// Finds in the analysis of a Go plugin's program what the policy does not allow (scan policy §8a): the sources of its modules are
// not scanned, so what they reach is evaluated.
import { analysisFailure, type GoCapability, type ReachedCapability } from '../../contract/builder/analyses.ts';
import { type Finding, finding } from '../../contract/findings/finding.ts';
import type { Permissions } from '../../contract/plugin/permissions.ts';

/**
 * Capabilities that a required module may not reach. The plugin's own use is found in its source (SLP901, SLP902). Part of the policy's
 * fingerprint.
 */
export const forbiddenInModules: readonly GoCapability[] = ['ARBITRARY_EXECUTION', 'CGO', 'EXEC'];

/** Everything that fails closed is an error, a failed analysis too. */
export function capabilityFindings(
  reached: readonly ReachedCapability[],
  permissions: Permissions | undefined,
): Finding[] {
  const failure = analysisFailure(reached);
  if (failure !== undefined) {
    const detail = `UNANALYZED, so nothing is known of what the plugin reaches. ${failure}`;
    return [finding('SLP905', archive, 'UNANALYZED', { detail })];
  }
  return reached.flatMap(({ module, name, path }) => {
    if (module !== null && forbiddenInModules.includes(name)) {
      const detail = `${name} in ${module} (${formatPath(path)})`;
      return [finding('SLP905', archive, name, { detail })];
    }
    return name === 'NETWORK' && !asksForHosts(permissions)
      ? [finding('SLP906', archive, name, { detail: formatPath(path) })]
      : [];
  });
}

/** The finding is about the program with its modules, not about a file. */
const archive = { file: '' };

/** A version is not started before everything that it asks for is granted, so that asking is enough. */
function asksForHosts(permissions: Permissions | undefined): boolean {
  const { forward = {}, network = [] } = permissions ?? {};
  return network.length > 0 || Object.keys(forward).length > 0;
}

function formatPath(path: readonly string[]): string {
  return path.join(' → ');
}
