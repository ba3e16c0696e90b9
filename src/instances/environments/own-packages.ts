// Prepares the packages of an organization's own indexes for a plugin on Ray. A cluster has no credentials for these indexes, so its nodes
// fetch the installed packages from the store. They install public packages themselves.
import { type EnvironmentRef, environmentKey } from '../../contract/builder/environments.ts';
import { hostLine, type LogLine } from '../../contract/builder/logs/line.ts';
import { ownLockLines } from '../../contract/builder/packages.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { installEnvironment, selectEnvironment } from './install.ts';
import { selectLock, versionDeleted } from './lock.ts';
import type { StoreDeps } from './package-store.ts';

/** Returns undefined if all packages are public. */
export async function prepareOwnPackages(
  deps: StoreDeps & Pick<Deps, 'dataKey' | 'features'>,
  version: Pick<PluginVersion, 'id' | 'organizationId'>,
  log: (line: LogLine) => void,
): Promise<EnvironmentRef | undefined> {
  const [lock] = await selectLock(deps, version.id);
  if (!lock) throw versionDeleted();
  if (ownLockLines(lock.text) === '') return undefined;
  const { builder, clock } = deps;
  const target = await builder.environmentTarget(builder.environmentHost(lock.digest), undefined);
  const key = await environmentKey(`own packages of ${lock.digest}`, target);
  const [known] = await selectEnvironment(deps, key);
  const { packages } = known ?? (await installEnvironment(deps, version, { key, target, isOwn: true }, log));
  const names = packages.map(({ name, version: number }) => `${name} ${number}`).join(', ');
  log(hostLine(clock.now(), `from the organization's own indexes, for the cluster: ${names}`));
  return { key, packages: packages.map((one) => one.key) };
}
