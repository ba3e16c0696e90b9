// Starts and changes releases on request.
import { and, eq, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope, requireScopeSomewhere } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/namespaces.ts';
import type { Version } from '../../contract/plugin/manifest.ts';
import type { ReleasePlan } from '../../contract/releases.ts';
import type { NamespaceId, ReleaseId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether, writeAndRead } from '../../db/client.ts';
import { isActiveRelease, releases } from '../../db/schema/releases.ts';
import type { Deps } from '../../deps.ts';
import { type PluginVersion, versionLabel, versionSlug } from '../../registry/versions/versions.ts';
import { selectVisibleVersion } from '../../registry/versions/visible-versions.ts';
import { mayBeDeployed, rejectionProblem, selectRejection } from '../../scan-host/current-verdict.ts';
import { beginStatements } from './begin.ts';
import { changeRelease, type ReleaseChange } from './change.ts';
import { joinReleases, type NamedPlugin, type Release, selectReleases } from './releases.ts';

export interface RequestedRelease extends NamedPlugin {
  version: Version;
  plan: ReleasePlan;
}

/** Begins a release of a live version. Cancels the name's active release. Makes two D1 round trips. */
export async function startRelease(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  { kind, name, plan, version: number }: RequestedRelease,
): Promise<Release> {
  requireScope(actor, 'plugins:deploy', name);
  const { db } = deps;
  const key = { ownerId: namespaceId, kind, name, version: number };
  const { namespaces, versions } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    versions: selectVisibleVersion(db, key),
  });
  requireNamespace(namespaces, namespaceId);
  const [version] = versions;
  if (!version) throw notFound('plugin', versionSlug({ name, ...number }));
  const { id: versionId, organizationId, pluginId } = version;
  const id = deps.ids('release');
  const begun = { id, organizationId, namespaceId, pluginId, versionId, plan };
  const statements = beginStatements(deps, { ...begun, condition: mayBeDeployed(deps, versionId) }, actor.ref);
  const { rejections, ...found } = await writeAndRead(db, statements, {
    rejections: selectRejection(deps, versionId),
    ...selectReleases(db, eq(releases.id, id), 1),
  });
  const [release] = joinReleases(found);
  if (release) return release;
  const [rejection] = rejections;
  throw rejection ? rejectionProblem(version, rejection) : notShared(version);
}

function notShared(version: PluginVersion): Problem {
  const label = `${version.name} ${versionLabel(version)}`;
  return new Problem('conflict', `${label} can't share the calls of ${version.name}`, {
    details: { resource: 'plugin', id: versionSlug(version) },
    hint: 'Both versions must be live and answer realtime calls, and another version must serve the name. Deploy this version first.',
  });
}

/** Applies a person's change to a release. 409 if it has ended, or changed at the same time. */
export async function requestChange(
  deps: Deps,
  actor: Actor,
  { id, namespaceId }: { id: ReleaseId; namespaceId: NamespaceId },
  change: ReleaseChange,
): Promise<Release> {
  requireScopeSomewhere(actor, 'plugins:deploy');
  const { db } = deps;
  const [{ namespaces, ...found }, status] = await Promise.all([
    readTogether(db, {
      namespaces: selectNamespace(db, actor, namespaceId),
      ...selectReleases(db, and(eq(releases.id, id), eq(releases.namespaceId, namespaceId)), 1),
    }),
    deps.releases.status(id),
  ]);
  requireNamespace(namespaces, namespaceId);
  const [release] = joinReleases(found);
  if (!release) throw notFound('release', id);
  requireScope(actor, 'plugins:deploy', release.to.name);
  requirePossible(release, change);
  const measured = status?.measured ?? null;
  const after = await changeRelease(deps, release, change, { actor: actor.ref, measured });
  if (!after.changed) throw conflict(after.release, 'changed at the same time. Look at it again.');
  deps.defer(deps.releases.follow(id));
  return { ...release, release: after.release };
}

function requirePossible({ release }: Release, { type }: ReleaseChange): void {
  const { endedAt, state } = release;
  if (endedAt !== null) throw conflict(release, `has ended: it is ${state}`);
  if (type === 'paused' && state === 'paused') throw conflict(release, 'is already paused');
  if (type === 'resumed' && state !== 'paused') throw conflict(release, 'is not paused');
  if (type === 'stepped' && state === 'paused') throw conflict(release, 'is paused. Resume it first.');
}

function conflict({ id, state }: Release['release'], message: string): Problem {
  return new Problem('conflict', `Release ${id} ${message}`, { details: { resource: 'release', id, state } });
}

/** Selects the plugin's active release for a batch. */
export function selectActiveRelease(db: Deps['db'], namespaceId: NamespaceId, plugin: ReturnType<typeof sql>) {
  const ofPlugin = and(eq(releases.namespaceId, namespaceId), eq(sql`${releases.pluginId}`, plugin), isActiveRelease());
  return db.select().from(releases).where(ofPlugin);
}
