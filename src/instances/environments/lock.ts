// A version's lock: the packages, versions and hashes that its dependencies resolve to. Resolved once, on the first deployment (D50).
import { and, eq, sql } from 'drizzle-orm';
import { indexVersion } from '../../advisories/index-version.ts';
import { installFailure, StartFailed } from '../../builders/start-failures.ts';
import { stricterAge } from '../../contract/advisories.ts';
import type { DeclaredRequirement, Lock, LockEvent, LockRequest } from '../../contract/builder/environments.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { hostLine, type LogLine } from '../../contract/builder/logs/line.ts';
import { deploymentLimits } from '../../contract/limits/deployments.ts';
import { asksForGpu } from '../../contract/plugin/hardware.ts';
import type { VersionId } from '../../core/ids.ts';
import { formatDuration } from '../../core/quantities.ts';
import { insertWhere, previousChanged, writeAndRead } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { pluginLocks } from '../../db/schema/environments.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { credentialsOf } from '../../points.ts';
import { changeStatements } from '../../registry/versions/changes.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';

export type PluginLock = typeof pluginLocks.$inferSelect;

/** The deployment for which the lock is resolved first. Its place decides whether packages come with GPU libraries. */
export interface LockUse {
  /** Instance ID. */
  id: string;
  version: Pick<PluginVersion, 'id' | 'organizationId' | 'ownerId' | 'manifest'>;
  log: (line: LogLine) => void;
}

type LockDeps = Pick<Deps, 'db' | 'builder' | 'clock' | 'dataKey' | 'features'>;

/**
 * Resolves a version that has no lock. If workers resolve concurrently, the first stored lock wins and all use it. *Dies before:* the
 * next attempt resolves. *Dies after:* the sweep finds the advisories of its packages.
 */
export async function resolveLock(
  deps: LockDeps,
  use: LockUse,
  requirements: DeclaredRequirement[],
): Promise<PluginLock> {
  const { id: versionId } = use.version;
  const { digest, text, packages, resolver } = await findLock(deps, use, requirements);
  const row = { versionId, digest, text, packages, resolver, createdAt: deps.clock.now() };
  const isPublished = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${versionId} and ${pluginVersions.deletedAt} is null)`;
  const store = insertWhere(deps.db, pluginLocks, row, isPublished, sql`on conflict do nothing`);
  const toIndex = deps.db
    .update(pluginVersions)
    .set({ packagesIndexedAt: null })
    .where(and(eq(pluginVersions.id, versionId), previousChanged));
  const {
    locks: [lock],
  } = await writeAndRead(
    deps.db,
    [store, toIndex, ...changeStatements(deps, { id: versionId, change: 'locked', isChanged: sql`true` })],
    { locks: selectLock(deps, versionId) },
  );
  if (!lock) throw versionDeleted();
  await indexVersion(deps, versionId);
  return lock;
}

/** Resolves requirements as for the version, and stores nothing. `anyAge` allows packages of every age. */
export async function findLock(
  deps: LockDeps,
  { id, log, version }: LockUse,
  requirements: DeclaredRequirement[],
  { anyAge = false } = {},
): Promise<Lock> {
  const { organizationId: organization } = version;
  const isOnRay = await deps.builder.isOnRay(id);
  const [indexes, olderThan] = await Promise.all([
    credentialsOf(deps)?.pythonIndexes(deps, version) ?? [],
    anyAge ? undefined : dependencyAge(deps, { id, version }),
  ]);
  const request: LockRequest = {
    requirements,
    organization,
    ...(indexes.length === 0 ? {} : { indexes }),
    ...(isOnRay ? { for_cluster: true } : {}),
    ...(olderThan === undefined ? {} : { older_than: olderThan }),
  };
  const where = !isOnRay && asksForGpu(version.manifest ?? {}) ? id : undefined;
  const lock = await resolve(deps, request, log, where);
  const { text, packages } = lock;
  const used = new Set(packages.flatMap(({ index }) => index ?? []));
  if (indexes.length > 0) await credentialsOf(deps)?.noteIndexUse(deps, organization, used);
  if (text.length > deploymentLimits.lockBytesMax)
    throw installFailure(
      `The lock of ${packages.length} packages has ${text.length} bytes; the limit is ${deploymentLimits.lockBytesMax}. Declare fewer packages.`,
    );
  return lock;
}

/**
 * Returns the least age of packages: the stricter of the manifest's and the namespace's. The namespace is that of the first
 * deployment, or of a version tried before its approval, because the lock is the version's everywhere (D50).
 */
export async function dependencyAge(
  { db }: Pick<Deps, 'db'>,
  { id, version: { ownerId, manifest } }: Pick<LockUse, 'id' | 'version'>,
): Promise<string | undefined> {
  const deployed = sql`(select ${deployments.namespaceId} from ${deployments} where ${deployments.id} = ${id})`;
  const [namespace] = await db
    .select({ age: namespaces.dependenciesOlderThan })
    .from(namespaces)
    .where(eq(namespaces.id, sql`coalesce(${deployed}, ${ownerId})`));
  return stricterAge(namespace?.age, manifest?.dependencies_older_than);
}

/** Reports that the version was deleted, and its lock with it. */
export function versionDeleted(): StartFailed {
  return new StartFailed({ code: 'archive-invalid', message: 'This version was deleted.' });
}

/** Returns whether the version has a lock. Compares its packages with the advisories if the attempt that stored it didn't. */
export async function isLocked(deps: Pick<Deps, 'db' | 'clock'>, versionId: VersionId): Promise<boolean> {
  const [lock] = await deps.db
    .select({ indexedAt: pluginVersions.packagesIndexedAt })
    .from(pluginLocks)
    .innerJoin(pluginVersions, eq(pluginVersions.id, pluginLocks.versionId))
    .where(eq(pluginLocks.versionId, versionId));
  if (lock?.indexedAt === null) await indexVersion(deps, versionId);
  return lock !== undefined;
}

export function selectLock({ db }: Pick<Deps, 'db'>, versionId: VersionId) {
  return db.select().from(pluginLocks).where(eq(pluginLocks.versionId, versionId));
}

async function resolve(
  { builder, clock }: LockDeps,
  request: LockRequest,
  log: (line: LogLine) => void,
  where: string | undefined,
): Promise<Lock> {
  for await (const event of builder.lock(request, where)) {
    reportProgress(event, log);
    if (event.type === 'failed') throw installFailure(event.error.message, event.deterministic);
    if (event.type !== 'locked') continue;
    const { packages, resolver } = event.lock;
    const names = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
    log(hostLine(clock.now(), `locked by ${resolver} in ${formatDuration(event.duration_ms)}: ${names}`));
    return event.lock;
  }
  throw new BuilderError('unreachable', 'The builder stopped while resolving the dependencies');
}

/** Writes the builder's progress to the deployment step's log. */
export function reportProgress(
  event: LockEvent | { type: 'step'; at: string; step: string } | { type: string },
  log: (line: LogLine) => void,
): void {
  if ('step' in event) log({ at: event.at, stream: 'host', line: event.step });
  else if ('stream' in event) log({ at: event.at, stream: event.stream, line: event.line });
}
