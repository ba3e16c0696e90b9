// Finds the environment of a version for the builder that serves it, or installs it: the packages of its lock, in the lock's order.
import { eq, sql } from 'drizzle-orm';
import { type EnvironmentRef, environmentKey } from '../../contract/builder/environments.ts';
import { hostLine, type LogLine } from '../../contract/builder/log-line.ts';
import { runsOnRay } from '../../contract/plugin/hardware.ts';
import { declaredRequirements } from '../../contract/plugin/manifest.ts';
import { hostedPermissions } from '../../contract/plugin/permissions.ts';
import { environmentBytesMax, largestSize } from '../../contract/plugin/placement.ts';
import { formatBytes } from '../../core/bytes.ts';
import { readTogether } from '../../db/client.ts';
import { environments, pluginLocks } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { installFailure } from '../builder/no-capacity.ts';
import { enlarge } from '../builder/placement.ts';
import { type InstalledEnvironment, installEnvironment, selectEnvironment } from './install.ts';
import { resolveLock } from './lock.ts';
import type { StoreDeps } from './package-store.ts';

export type EnvironmentDeps = StoreDeps & Pick<Deps, 'dataKey'>;

/** Packages that run a program, which another package has to bring: plugins see none of the machine. Nothing in their files says so. */
const withoutPrograms: ReadonlyMap<string, string> = new Map([
  [
    'ffmpeg-python',
    'runs the program ffmpeg, and plugins see none of the machine. Declare imageio-ffmpeg too, and call run(cmd=imageio_ffmpeg.get_ffmpeg_exe()); or declare av, which brings FFmpeg as a library.',
  ],
  ['pydub', 'runs the program ffmpeg for other formats than WAV, and plugins see no programs. For these, declare av.'],
  ['pytesseract', 'runs the program tesseract, and plugins see no programs.'],
]);

/** Instance of a deployment or a start that needs an environment. */
export interface EnvironmentUse {
  /** ID of the instance. */
  id: string;
  version: Pick<PluginVersion, 'id' | 'organizationId' | 'manifest' | 'definition'>;
  log: (line: LogLine) => void;
}

/**
 * Resolves and installs the dependencies of a version for the builder that serves this deployment, unless that was done before. Returns
 * undefined if it has none, or if a Ray cluster installs them. Whether the store still has the packages is seen by the start that needs them.
 */
export async function prepareEnvironment(
  deps: EnvironmentDeps,
  use: EnvironmentUse,
): Promise<EnvironmentRef | undefined> {
  const { log, version } = use;
  const requirements = declaredRequirements(version.manifest);
  if (requirements.length === 0 || runsOnRay(version.manifest)) return undefined;
  const { installed, digest: stored, target } = await lookUp(deps, use);
  const digest = stored ?? (await resolveLock(deps, version, requirements, log)).digest;
  const key = await environmentKey(digest, target);
  // Another version may have the same lock.
  const known = withKey(stored === undefined ? await selectEnvironment(deps, key) : installed, key);
  const found = known ?? (await installEnvironment(deps, version, { key, target }, log));
  log(hostLine(deps.clock.now(), formatInstalled(found, known ? 'known' : 'stored')));
  for (const { name } of found.packages) {
    const advice = withoutPrograms.get(name);
    if (advice !== undefined) log(hostLine(deps.clock.now(), `${name} ${advice}`));
  }
  await requireRoom(deps, use, found);
  return refOf(found);
}

/**
 * Returns the environment of a version that was prepared before. It is installed again, from the lock, if this builder has another Python
 * than those before. A version that was deployed when dependencies were not installed has none.
 */
export async function readEnvironment(deps: EnvironmentDeps, use: EnvironmentUse): Promise<EnvironmentRef | undefined> {
  const { manifest } = use.version;
  if (declaredRequirements(manifest).length === 0 || runsOnRay(manifest)) return undefined;
  const { installed, digest, target } = await lookUp(deps, use);
  if (digest === undefined) return undefined;
  const key = await environmentKey(digest, target);
  return refOf(withKey(installed, key) ?? (await installEnvironment(deps, use.version, { key, target }, use.log)));
}

/** Makes one D1 round trip, and asks the builder meanwhile. The lock itself may be large, and is read only to install it. */
async function lookUp(deps: EnvironmentDeps, { id, version }: EnvironmentUse) {
  const digest = sql`(select ${pluginLocks.digest} from ${pluginLocks} where ${pluginLocks.versionId} = ${version.id})`;
  const [target, { installed, locks }] = await Promise.all([
    deps.builder.environmentTarget(id, hostedPermissions(version)),
    readTogether(deps.db, {
      locks: deps.db
        .select({ digest: pluginLocks.digest })
        .from(pluginLocks)
        .where(eq(pluginLocks.versionId, version.id)),
      installed: deps.db.select().from(environments).where(eq(environments.lock, digest)),
    }),
  ]);
  return { target, digest: locks[0]?.digest, installed };
}

/**
 * The size of a container is decided before its packages are known. Where they don't fit, the deployment goes on in a larger one. *Dies before
 * that is written:* the step runs again, and finds the packages installed.
 */
async function requireRoom(
  deps: EnvironmentDeps,
  { id, log }: EnvironmentUse,
  { sizeBytes }: InstalledEnvironment,
): Promise<void> {
  const { builder, clock } = deps;
  const room = await builder.environmentRoom(id);
  if (room === null || sizeBytes <= room) return;
  const have = `The packages have ${formatBytes(sizeBytes)}`;
  // It was only asked which Python it has.
  await builder.stop(id);
  const { before, after } = await enlarge(deps, id, sizeBytes);
  const largest = before === largestSize ? room : environmentBytesMax(largestSize);
  if (after === undefined)
    throw installFailure(
      `${have}, and the largest container holds ${formatBytes(largest)} of them. Declare fewer packages, or smaller builds of them.`,
    );
  const small = `a container of the size ${before} holds ${formatBytes(room)} of them`;
  log(hostLine(clock.now(), `${have}, and ${small}: the deployment goes on in one of the size ${after}.`));
}

function withKey(installed: InstalledEnvironment[], key: string): InstalledEnvironment | undefined {
  return installed.find((environment) => environment.key === key);
}

function refOf({ key, packages }: InstalledEnvironment): EnvironmentRef {
  return { key, packages: packages.map((one) => one.key) };
}

function formatInstalled(
  { files, key, packages, platform, python, sizeBytes }: InstalledEnvironment,
  state: 'known' | 'stored',
): string {
  const count = `${packages.length} ${packages.length === 1 ? 'package' : 'packages'}`;
  return `environment ${key.slice(0, 12)} ${state}: ${count}, ${sizeBytes} bytes in ${files} files, Python ${python}, ${platform}`;
}
