// Finds or installs a version's environment for its builder: the packages of its lock, in lock order.
import { eq, sql } from 'drizzle-orm';
import { installFailure } from '../../builders/start-failures.ts';
import { type EnvironmentRef, environmentKey } from '../../contract/builder/environments.ts';
import { hostLine, type LogLine } from '../../contract/builder/logs/line.ts';
import { declaredRequirements } from '../../contract/plugin/manifest.ts';
import { hostedPermissions } from '../../contract/plugin/permissions.ts';
import { environmentBytesMax, largestSize } from '../../contract/plugin/placement.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { formatBytes } from '../../core/quantities.ts';
import { readTogether } from '../../db/client.ts';
import { environments, pluginLocks } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { enlarge } from '../placement.ts';
import { type InstalledEnvironment, installEnvironment, selectEnvironment } from './install.ts';
import { resolveLock } from './lock.ts';
import { prepareOwnPackages } from './own-packages.ts';
import type { StoreDeps } from './package-store.ts';

export type EnvironmentDeps = StoreDeps & Pick<Deps, 'dataKey' | 'features'>;

/**
 * Packages that run a program another package must provide, because plugins can't see the machine's programs. Nothing in their files
 * declares this.
 */
const withoutPrograms: ReadonlyMap<string, string> = new Map([
  [
    'ffmpeg-python',
    "runs the program ffmpeg, and plugins can't see the machine's programs. Declare imageio-ffmpeg too, and call run(cmd=imageio_ffmpeg.get_ffmpeg_exe()); or declare av, which includes FFmpeg as a library.",
  ],
  [
    'pydub',
    "runs the program ffmpeg for formats other than WAV, and plugins can't see the machine's programs. For these formats, declare av.",
  ],
  ['pytesseract', "runs the program tesseract, and plugins can't see the machine's programs."],
]);

/** A deployment instance or a start that needs an environment. */
export interface EnvironmentUse {
  /** Instance ID. */
  id: string;
  version: Pick<PluginVersion, 'id' | 'organizationId' | 'ownerId' | 'manifest' | 'definition'>;
  log: (line: LogLine) => void;
}

/** A deployment whose instance is ready. */
export interface StartedUse extends Omit<EnvironmentUse, 'id' | 'version'> {
  id: DeploymentId;
  version: PluginVersion;
  environment: EnvironmentRef | undefined;
}

/**
 * Resolves and installs a version's dependencies for the deployment's builder, unless that's already done. Returns undefined if it has
 * none. A Ray cluster installs public ones. Doesn't check that the store still has the packages; the start does.
 */
export async function prepareEnvironment(
  deps: EnvironmentDeps,
  use: EnvironmentUse,
): Promise<EnvironmentRef | undefined> {
  const { log, version } = use;
  const requirements = declaredRequirements(version.manifest);
  if (requirements.length === 0) return undefined;
  if (await deps.builder.isOnRay(use.id)) return prepareOwnPackages(deps, version, log);
  const { installed, digest: stored, target } = await lookUp(deps, use);
  const digest = stored ?? (await resolveLock(deps, use, requirements)).digest;
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
 * Returns the environment of a prepared version. Installs it again from the lock if this builder has a new Python version. Versions
 * deployed while dependency installation was off have none.
 */
export async function readEnvironment(deps: EnvironmentDeps, use: EnvironmentUse): Promise<EnvironmentRef | undefined> {
  if (declaredRequirements(use.version.manifest).length === 0) return undefined;
  if (await deps.builder.isOnRay(use.id)) return prepareOwnPackages(deps, use.version, use.log);
  const { installed, digest, target } = await lookUp(deps, use);
  if (digest === undefined) return undefined;
  const key = await environmentKey(digest, target);
  return refOf(withKey(installed, key) ?? (await installEnvironment(deps, use.version, { key, target }, use.log)));
}

/** Makes one D1 round trip and asks the builder in parallel. The lock may be large, so only an install reads it. */
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
 * The container size is chosen before the package sizes are known. If they don't fit, the deployment continues in a larger container.
 * *Dies before the new size is written:* the step runs again and finds the packages installed.
 */
async function requireRoom(
  deps: EnvironmentDeps,
  { id, log }: EnvironmentUse,
  { sizeBytes }: InstalledEnvironment,
): Promise<void> {
  const { builder, clock } = deps;
  const room = await builder.environmentRoom(id);
  if (room === null || sizeBytes <= room) return;
  const have = `The packages take ${formatBytes(sizeBytes)}`;
  // This container was only needed to report its Python version.
  await builder.stop(id);
  const { before, after } = await enlarge(deps, id, sizeBytes);
  const largest = before === largestSize ? room : environmentBytesMax(largestSize);
  if (after === undefined)
    throw installFailure(
      `${have}, and the largest container has ${formatBytes(largest)} for them. Declare fewer packages, or smaller builds of them.`,
    );
  const small = `a ${before} container has ${formatBytes(room)} for them`;
  log(hostLine(clock.now(), `${have}, and ${small}: the deployment continues in a ${after} container.`));
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
