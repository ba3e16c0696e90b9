// Resolves and installs a plugin's dependencies on this machine with the builder's code, as the build step of a deployment does.
import { type EnvironmentRef, environmentKey, type LockedPackage } from '../../contract/builder/environments.ts';
import { type Manifest, requirementsOf } from '../../contract/plugin/manifest.ts';
import { formatDuration } from '../terminal/duration.ts';
import type { Output } from '../terminal/output.ts';
import { type Check, failedCheck, passedCheck, warningCheck } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

export interface InstalledPackages {
  ref: EnvironmentRef;
  /** The folder from which Python imports them. */
  site: string;
  packages: Pick<LockedPackage, 'name' | 'version'>[];
  release(): void;
}

/** Returns undefined for a plugin without dependencies. The caller releases what is installed. */
export async function installPackages(
  { machine }: LocalBuilder,
  manifest: Manifest | null,
  output: Output,
): Promise<{ check: Check; installed?: InstalledPackages } | undefined> {
  const requirements = requirementsOf(manifest);
  if (requirements.length === 0) return undefined;
  const startedAt = performance.now();
  output.progress('resolving packages');
  const lock = await lastOf(machine.environments.lock({ requirements }), (step) => output.progress('packages', step));
  if (lock?.type !== 'locked') return { check: installationCheck(lock?.error.message, lock?.deterministic) };
  const { digest, text } = lock.lock;
  const { target } = machine.python;
  const last = await lastOf(machine.environments.install({ lock: { digest, text }, target }), (step) =>
    output.progress('packages', step),
  );
  if (last?.type !== 'installed') return { check: installationCheck(last?.error.message, last?.deterministic) };
  const { archive, packages } = last.environment;
  const ref = { key: await environmentKey(digest, target), archive: archive.sha256 };
  const use = await machine.environments.use(ref);
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  const took = formatDuration(performance.now() - startedAt);
  return {
    check: passedCheck('packages', `${names} ${last.environment.cached ? 'found' : 'installed'} in ${took}`),
    installed: { ref, site: use.site, packages, release: () => use.release() },
  };
}

function installationCheck(message = 'the installation ended without a result', isFinal = true): Check {
  const [first = '', ...others] = message.split('\n');
  return isFinal
    ? failedCheck('packages', first, others)
    : warningCheck('packages', `not installed: ${[first, ...others].join(' ')}`);
}

async function lastOf<Event extends { type: string }>(
  events: AsyncIterable<Event>,
  onStep: (step: string) => void,
): Promise<Exclude<Event, { type: 'step' | 'log' }> | undefined> {
  let last: Exclude<Event, { type: 'step' | 'log' }> | undefined;
  for await (const event of events) {
    if ('step' in event && typeof event.step === 'string') onStep(event.step);
    else if (isLast(event)) last = event;
  }
  return last;
}

function isLast<Event extends { type: string }>(event: Event): event is Exclude<Event, { type: 'step' | 'log' }> {
  return event.type !== 'step' && event.type !== 'log';
}
