// Resolves and installs a plugin's dependencies on this machine with the builder's code, as a deployment's build step does.
import type { EnvironmentRef } from '../../contract/builder/environments.ts';
import type { LockedPackage } from '../../contract/builder/packages.ts';
import { declaredRequirements, type Manifest } from '../../contract/plugin/manifest.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { Output } from '../terminal/output.ts';
import { type Check, failedCheck, passedCheck, warningCheck } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

export interface InstalledPackages {
  ref: EnvironmentRef;
  /** The folder from which Python imports the packages. */
  site: string;
  packages: Pick<LockedPackage, 'name' | 'version'>[];
  release(): void;
}

/** Returns undefined for a plugin without dependencies. The caller releases the installed packages. */
export async function installPackages(
  { machine }: LocalBuilder,
  manifest: Manifest | null,
  output: Output,
): Promise<{ check: Check; installed?: InstalledPackages } | undefined> {
  const requirements = declaredRequirements(manifest);
  if (requirements.length === 0) return undefined;
  const startedAt = performance.now();
  output.progress('resolving packages');
  const lock = await lastOf(machine.environments.lock({ requirements }), (step) => output.progress('packages', step));
  if (lock?.type !== 'locked') return { check: installationCheck(lock?.error.message, lock?.deterministic) };
  const { digest, text } = lock.lock;
  const { target } = machine.python;
  const spec = { lock: { digest, text }, target, stored: [] };
  const last = await lastOf(machine.environments.install(spec), (step) => output.progress('packages', step));
  if (last?.type !== 'installed') return { check: installationCheck(last?.error.message, last?.deterministic) };
  const { environment } = last;
  const ref = { key: environment.key, packages: environment.packages.map(({ key }) => key) };
  const packages = environment.packages.map(({ name, version }) => ({ name, version }));
  const use = await machine.environments.use(ref, (line) => output.progress('packages', line));
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  const took = formatDuration(performance.now() - startedAt);
  return {
    check: passedCheck('packages', `${names} ${environment.cached ? 'found' : 'installed'} in ${took}`),
    installed: { ref, site: use.site, packages, release: () => use.release() },
  };
}

function installationCheck(message = 'the installation ended without a result', isFinal = true): Check {
  const [first = '', ...others] = message.split('\n');
  return isFinal
    ? failedCheck('packages', first, others)
    : warningCheck('packages', `not installed: ${[first, ...others].join(' ')}`);
}

/** Event types that don't end the installation. */
type Passing = 'step' | 'log' | 'package';

async function lastOf<Event extends { type: string }>(
  events: AsyncIterable<Event>,
  onStep: (step: string) => void,
): Promise<Exclude<Event, { type: Passing }> | undefined> {
  let last: Exclude<Event, { type: Passing }> | undefined;
  for await (const event of events) {
    if ('step' in event && typeof event.step === 'string') onStep(event.step);
    else if (isLast(event)) last = event;
  }
  return last;
}

function isLast<Event extends { type: string }>(event: Event): event is Exclude<Event, { type: Passing }> {
  return event.type !== 'step' && event.type !== 'log' && event.type !== 'package';
}
