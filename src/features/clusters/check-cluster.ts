// Checks a cluster: whether its dashboard accepts the token, its Ray version is supported, and nobody else's applications run there.
import type { ClusterState } from '../../contract/features/clusters/feature.ts';
import { clusterLimits, supportedRay } from '../../contract/features/clusters/limits.ts';
import { type AskDeps, ClusterFault, type Dashboard, readRayVersion } from './ray-dashboard.ts';
import { readApplications } from './ray-serve.ts';

export interface ClusterCheck {
  state: ClusterState;
  message: string | null;
  rayVersion: string | null;
}

/** Names of Slipway-managed applications start with this prefix. */
const ownPrefix = 'slipway-';

/** A cluster being added must run no applications; otherwise Slipway would remove those of another installation. */
export type AllowedApplications = 'none' | 'own';

export async function checkCluster(
  deps: AskDeps,
  dashboard: Dashboard,
  allowed: AllowedApplications,
): Promise<ClusterCheck> {
  let rayVersion: string | null = null;
  try {
    rayVersion = await readRayVersion(deps, dashboard);
    requireSupported(rayVersion);
    requireNoOthers(Object.keys(await readApplications(deps, dashboard)), allowed);
    return { state: 'ready', message: null, rayVersion };
  } catch (cause) {
    if (!(cause instanceof ClusterFault)) throw cause;
    return { state: cause.state, message: cause.message, rayVersion };
  }
}

export function requireSupported(rayVersion: string): void {
  const [major = 0, minor = 0] = rayVersion.split('.').map(Number);
  if (major === supportedRay.major && minor >= supportedRay.minorMin) return;
  const wanted = `${supportedRay.major}.${supportedRay.minorMin} or a later ${supportedRay.major}.x`;
  throw new ClusterFault('version-unsupported', `The cluster runs Ray ${rayVersion}. Slipway needs ${wanted}.`);
}

function requireNoOthers(applications: string[], allowed: AllowedApplications): void {
  const others = applications.filter((name) => allowed === 'none' || !name.startsWith(ownPrefix));
  if (others.length === 0) return;
  const named = others.slice(0, clusterLimits.namedApplicationsMax).map((name) => `"${name.slice(0, 60)}"`);
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : '';
  throw new ClusterFault(
    'foreign-applications',
    `The cluster runs other Ray Serve applications: ${named.join(', ')}${more}. Use a cluster for Slipway alone: its application list is replaced as a whole.`,
  );
}
