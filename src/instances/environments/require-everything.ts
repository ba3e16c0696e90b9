// Checks all of a version's requirements before installing anything, so that missing grants and unresolvable packages are reported
// together.
import { StartFailed } from '../../builders/start-failures.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { declaredRequirements } from '../../contract/plugin/manifest.ts';
import type { Missing } from '../../contract/plugin/missing.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { formatRefusals, selectDeploymentRefusals } from '../../pointers/advisory-refusal.ts';
import { missingGpus } from '../requirements/gpus.ts';
import {
  type AskingVersion,
  askedBy,
  deploymentWhere,
  lacking,
  readProvisions,
  selectProvisions,
} from '../requirements/provisions.ts';
import type { EnvironmentDeps, EnvironmentUse } from './environment.ts';
import { isLocked, resolveLock } from './lock.ts';

type Use = Pick<EnvironmentUse, 'log'> & { id: DeploymentId; version: AskingVersion & EnvironmentUse['version'] };

/**
 * Throws a StartFailed that lists everything missing. If nothing else is missing, rethrows a temporary resolve error, such as an index
 * outage.
 */
export async function requireEverything(
  deps: EnvironmentDeps & Parameters<typeof selectProvisions>[0],
  { id, version, log }: Use,
): Promise<void> {
  const asked = askedBy(version);
  const [provisions, resolved] = await Promise.allSettled([
    (asked.placement === undefined ? readProvisions : selectProvisions)(deps, deploymentWhere(id), asked),
    resolveDependencies(deps, { id, version, log }),
  ]);
  if (provisions.status === 'rejected') throw provisions.reason;
  const missing = [...provisions.value.missing, ...(await missingGpus(deps, asked, provisions.value.place))];
  if (resolved.status === 'fulfilled') {
    if (missing.length > 0) throw lacking(asked, missing);
    return;
  }
  const unresolved = missing.length > 0 ? missingPackages(resolved.reason) : undefined;
  throw unresolved ? lacking(asked, [...missing, unresolved]) : resolved.reason;
}

/**
 * A version's lock is resolved once. Concurrent callers use the first result. Only the lock says which advisories affect the version, so
 * each attempt asks about them, whichever attempt stored the lock.
 */
async function resolveDependencies(deps: EnvironmentDeps, use: Use): Promise<void> {
  const requirements = declaredRequirements(use.version.manifest);
  if (requirements.length === 0) return;
  if (!(await isLocked(deps, use.version.id))) await resolveLock(deps, use, requirements);
  await requireUnrefused(deps, use.id);
}

/** Throws if the deployment is refused, for a version whose packages have just been locked. */
async function requireUnrefused(deps: Pick<EnvironmentDeps, 'db'>, id: DeploymentId): Promise<void> {
  const refusals = await selectDeploymentRefusals(deps, id);
  if (refusals.length === 0) return;
  throw new StartFailed({ code: 'dependency-not-installed', message: formatRefusals(refusals) });
}

function missingPackages(error: unknown): Missing | undefined {
  const packages = (message: string): Missing => ({ kind: 'packages', names: [], message, commands: [] });
  if (error instanceof StartFailed) return packages(error.message);
  if (!(error instanceof BuilderError)) return undefined;
  return packages(`Could not check whether its packages can be installed: ${error.message}`);
}
