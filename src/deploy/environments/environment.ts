// Environments of Python plugins: their packages, installed from the lock of the version once for each Python and platform. The archive is
// in the store, because what a builder has is a cache (invariant 5).
import { and, eq, sql } from 'drizzle-orm';
import {
  type Environment,
  type EnvironmentRef,
  type EnvironmentSpec,
  type EnvironmentTarget,
  environmentKey,
} from '../../contract/builder/environments.ts';
import { BuilderError } from '../../contract/builder/instances.ts';
import { hostLine, type LogLine } from '../../contract/builder/log-line.ts';
import { requirementsOf } from '../../contract/plugin/manifest.ts';
import { insertWhere, readTogether, writeAndRead } from '../../db/client.ts';
import { environments, pluginLocks } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';
import { storable } from '../../registry/storage/turns.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { installFailure } from '../builder/start-failed.ts';
import { type PluginLock, reportProgress, resolveLock, selectLock, versionDeleted } from './lock.ts';

export const environmentsFolder = 'environments/';

export function environmentArchiveKey(sha256: string): string {
  return environmentsFolder + sha256;
}

export type EnvironmentDeps = Pick<Deps, 'db' | 'blobs' | 'builder' | 'clock' | 'storage'>;
export type InstalledEnvironment = typeof environments.$inferSelect;

/** Instance of a deployment or a start that needs an environment. */
export interface EnvironmentUse {
  /** ID of the instance. */
  id: string;
  version: Pick<PluginVersion, 'id' | 'organizationId' | 'manifest'>;
  log: (line: LogLine) => void;
}

/**
 * Resolves and installs the dependencies of a version for the builder that serves this deployment, unless that was done before. Returns
 * undefined if it has none. Whether the store still has the archive is seen by the start that needs it.
 */
export async function prepareEnvironment(
  deps: EnvironmentDeps,
  use: EnvironmentUse,
): Promise<EnvironmentRef | undefined> {
  const { log, version } = use;
  const requirements = requirementsOf(version.manifest);
  if (requirements.length === 0) return undefined;
  const { installed, digest: stored, target } = await lookUp(deps, use);
  const digest = stored ?? (await resolveLock(deps, version, requirements, log)).digest;
  const key = await environmentKey(digest, target);
  // Another version may have the same lock.
  const known = withKey(stored === undefined ? await selectEnvironment(deps, key) : installed, key);
  if (known) log(hostLine(deps.clock.now(), formatInstalled(known, 'known')));
  return refOf(known ?? (await install(deps, version, { key, target }, log)));
}

/**
 * Returns the environment of a version that was prepared before. It is installed again, from the lock, if this builder has another Python
 * than those before. A version that was deployed when dependencies were not installed has none.
 */
export async function environmentOf(deps: EnvironmentDeps, use: EnvironmentUse): Promise<EnvironmentRef | undefined> {
  if (requirementsOf(use.version.manifest).length === 0) return undefined;
  const { installed, digest, target } = await lookUp(deps, use);
  if (digest === undefined) return undefined;
  const key = await environmentKey(digest, target);
  return refOf(withKey(installed, key) ?? (await install(deps, use.version, { key, target }, use.log)));
}

/** Makes one D1 round trip, and asks the builder meanwhile. The lock itself may be large, and is read only to install it. */
async function lookUp(deps: EnvironmentDeps, { id, version }: EnvironmentUse) {
  const digest = sql`(select ${pluginLocks.digest} from ${pluginLocks} where ${pluginLocks.versionId} = ${version.id})`;
  const [target, { installed, locks }] = await Promise.all([
    deps.builder.environmentTarget(id),
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

function withKey(installed: InstalledEnvironment[], key: string): InstalledEnvironment | undefined {
  return installed.find((environment) => environment.key === key);
}

function refOf({ archive, key }: InstalledEnvironment): EnvironmentRef {
  return { key, archive };
}

/** An archive that the store has lost is installed again at the next start. */
export async function forgetEnvironment({ db }: Pick<Deps, 'db'>, { archive, key }: EnvironmentRef): Promise<void> {
  await db.delete(environments).where(and(eq(environments.key, key), eq(environments.archive, archive)));
}

function selectEnvironment({ db }: Pick<Deps, 'db'>, key: string) {
  return db.select().from(environments).where(eq(environments.key, key));
}

interface Installation {
  key: string;
  target: EnvironmentTarget;
}

/**
 * Installs the lock and stores the archive, then its row. Of workers that do so at the same time the first one's is used; the archives
 * of the others are orphaned. *Dies before the row:* the next attempt finds the environment on the builder, or installs it again.
 */
async function install(
  deps: EnvironmentDeps,
  { id, organizationId }: EnvironmentUse['version'],
  { key, target }: Installation,
  log: (line: LogLine) => void,
): Promise<InstalledEnvironment> {
  const [lock] = await selectLock(deps, id);
  if (!lock) throw versionDeleted();
  const { digest, text } = lock;
  const spec = { lock: { digest, text }, target, organization: organizationId };
  const { archive, files, packages, removed, size_bytes } = await runInstallation(deps, spec, log);
  await storeArchive(deps, lock, archive);
  const row = {
    key,
    lock: lock.digest,
    ...target,
    archive: archive.sha256,
    archiveBytes: archive.size_bytes,
    sizeBytes: size_bytes,
    files,
    packages,
    removed,
    createdAt: deps.clock.now(),
  };
  const {
    rows: [stored],
  } = await writeAndRead(deps.db, [insertWhere(deps.db, environments, row, sql`true`, sql`on conflict do nothing`)], {
    rows: selectEnvironment(deps, key),
  });
  if (!stored) throw new Error(`the environment ${key} was not stored`);
  log(hostLine(deps.clock.now(), formatInstalled(stored, 'stored')));
  return stored;
}

async function runInstallation(
  deps: EnvironmentDeps,
  spec: EnvironmentSpec,
  log: (line: LogLine) => void,
): Promise<Environment> {
  for await (const event of deps.builder.install(spec)) {
    reportProgress(event, log);
    if (event.type === 'failed') throw installFailure(event.error.message, event.deterministic);
    if (event.type !== 'installed') continue;
    const { cached, duration_ms } = event.environment;
    const how = cached ? 'found on the builder' : 'installed';
    log(hostLine(deps.clock.now(), `${how} in ${Math.round(duration_ms)} ms`));
    return event.environment;
  }
  throw new BuilderError('unreachable', 'The builder stopped while it installed the dependencies');
}

/** Stores the archive before any row refers to it. */
async function storeArchive(
  { blobs, builder, storage }: EnvironmentDeps,
  { digest }: PluginLock,
  { sha256, size_bytes }: Environment['archive'],
): Promise<void> {
  const key = environmentArchiveKey(sha256);
  if (await blobs.head(key)) return;
  const body = await builder.getBlob(builder.environmentHost(digest), sha256);
  if (!body) throw new BuilderError('unreachable', 'The builder no longer has the environment it installed');
  await blobs.put(key, storable(storage, body, size_bytes), { sha256 });
}

function formatInstalled(
  { files, key, packages, platform, python, sizeBytes }: InstalledEnvironment,
  state: 'known' | 'stored',
): string {
  const count = `${packages.length} ${packages.length === 1 ? 'package' : 'packages'}`;
  return `environment ${key.slice(0, 12)} ${state}: ${count}, ${sizeBytes} bytes in ${files} files, Python ${python}, ${platform}`;
}
