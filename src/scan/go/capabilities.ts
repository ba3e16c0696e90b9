// Finds policy violations in the analysis of a Go plugin's program (scan policy §8a). The sources of its modules aren't scanned, so
// this evaluates the capabilities that they can reach.
import { analysisFailure, type GoCapability, type ReachedCapability } from '../../contract/builder/analyses.ts';
import { type Finding, finding } from '../../contract/findings/finding.ts';
import type { Permissions } from '../../contract/plugin/permissions.ts';

/**
 * Capabilities that a required module may not reach. The plugin's own use is found in its source (SLP901, SLP902). Part of the policy's
 * fingerprint.
 */
export const forbiddenInModules: readonly GoCapability[] = ['ARBITRARY_EXECUTION', 'CGO', 'EXEC'];

/** Fails closed: every such finding is an error, including a failed analysis. */
export function capabilityFindings(
  reached: readonly ReachedCapability[],
  permissions: Permissions | undefined,
): Finding[] {
  const failure = analysisFailure(reached);
  if (failure !== undefined) {
    const detail = `UNANALYZED, so the plugin's capabilities are unknown. ${failure}`;
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

/** The finding concerns the program with its modules, not a particular file. */
const archive = { file: '' };

/** Asking is enough, because a version doesn't start until everything it asks for is granted. */
function asksForHosts(permissions: Permissions | undefined): boolean {
  const { forward = {}, network = [] } = permissions ?? {};
  return network.length > 0 || Object.keys(forward).length > 0;
}

function formatPath(path: readonly string[]): string {
  return path.join(' → ');
}
