// Leaves out packages that were uploaded too recently. A new release that is malicious is usually found within days.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ageMs } from '../../../../src/contract/advisories.ts';
import type { Lock } from '../../../../src/contract/builder/environments.ts';
import type { LockedPackage } from '../../../../src/contract/builder/packages.ts';
import { EnvironmentFailed } from '../environment-failed.ts';
import type { PrivateIndexes } from '../indexes/private-indexes.ts';
import type { PackageIndex } from '../package-index.ts';

export interface Cooldown {
  /** As set, such as `3d`. */
  olderThan: string;
  /** Packages uploaded since then are left out. */
  before: Date;
}

export function cooldownOf(olderThan: string | undefined): Cooldown | undefined {
  return olderThan === undefined ? undefined : { olderThan, before: new Date(Date.now() - ageMs(olderThan)) };
}

/** Returns uv's options. The age of `pinned` versions was checked in another index. */
export async function cooldownOptions(
  cooldown: Cooldown | undefined,
  staging: string,
  pinned: readonly LockedPackage[],
): Promise<string[]> {
  if (!cooldown) return [];
  const options = [`--exclude-newer=${cooldown.before.toISOString()}`];
  if (pinned.length === 0) return options;
  const constraints = join(staging, 'constraints.txt');
  const lines = pinned.map(({ name, version, marker }) => `${name}==${version}${marker ? ` ; ${marker}` : ''}\n`);
  await writeFile(constraints, lines.join(''));
  const exempt = [...new Set(pinned.map(({ name }) => `--exclude-newer-package=${name}=false`))];
  return [...options, ...exempt, '--constraints', constraints];
}

const hint =
  /`([\w.-]+)` was filtered by `exclude-newer`[^\n]*? The latest version satisfying the requirement is v(\S+?)(?:, published at ([\d:.TZ-]+?))?\. /g;

/** Adds which packages are too young, and when they won't be, from the hints at the end of uv's error. */
export function explainCooldown(
  failure: EnvironmentFailed,
  errors: string,
  cooldown: Cooldown | undefined,
): EnvironmentFailed {
  if (!cooldown || failure.code !== 'unsatisfiable') return failure;
  const { olderThan } = cooldown;
  const lines = [...errors.matchAll(hint)].map(([, name, version, time]) => {
    const uploadedAt = time === undefined ? Number.NaN : Date.parse(time);
    if (Number.isNaN(uploadedAt))
      return `The index doesn't say when ${name} ${version} was uploaded, and \`dependencies_older_than\` allows only packages that are at least ${olderThan} old.`;
    const allowedAt = new Date(uploadedAt + ageMs(olderThan));
    return `${name} ${version} was uploaded at ${isoSeconds(new Date(uploadedAt))}, and \`dependencies_older_than\` allows only packages that are at least ${olderThan} old: ${name} ${version} from ${isoSeconds(allowedAt)}.`;
  });
  return lines.length === 0 ? failure : new EnvironmentFailed(failure.code, [failure.message, ...lines].join('\n'));
}

/** Returns lines for the author about the lock's packages whose age nothing states. Their owner decided to offer them. */
export function uncheckedAges(
  { packages }: Pick<Lock, 'packages'>,
  { wheels }: Pick<PackageIndex, 'wheels'>,
  own: PrivateIndexes | undefined,
): string[] {
  const names = packages.filter(({ name }) => own?.isUntimed(name)).map(({ name }) => name);
  const untimed = "so `dependencies_older_than` doesn't apply to them.";
  return [
    ...(names.length === 0
      ? []
      : [`The organization's index gives no upload times for ${names.join(', ')}, ${untimed}`]),
    ...(wheels === undefined ? [] : [`Packages in the operator's folder have no upload times, ${untimed}`]),
  ];
}

function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
