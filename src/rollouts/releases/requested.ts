// Starts and changes releases on request.
import { and, desc, eq, gte, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope, requireScopeSomewhere } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import { releaseLimits as limits } from '../../contract/limits/deployments.ts';
import { parseVersion } from '../../contract/plugin/manifest.ts';
import { type ReleasePlan, releasePlanSchema } from '../../contract/releases.ts';
import { firstIdAt, type NamespaceId, type PluginRowId, type ReleaseId } from '../../core/ids.ts';
import { invalidField, Problem } from '../../core/problem.ts';
import { readTogether, writeAndRead } from '../../db/client.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import { isActiveRelease, releases } from '../../db/schema/releases.ts';
import type { Deps } from '../../deps.ts';
import { beginStatements, canShareCalls } from '../../pointers/begin-release.ts';
import { mayTakeCalls } from '../../pointers/may-take-calls.ts';
import { lastTicket } from '../../pointers/pointers.ts';
import { takeTicket } from '../../pointers/tickets.ts';
import { requireDeployable, requireStillDeployable } from '../../registry/versions/stages.ts';
import { type PluginVersion, versionLabel, versionSlug } from '../../registry/versions/versions.ts';
import { selectVisibleVersion } from '../../registry/versions/visible-versions.ts';
import { rejectionProblem, selectRejection } from '../../scan-host/current-verdict.ts';
import { changeRelease, givesCalls, type ReleaseChange } from './change.ts';
import { joinReleases, type NamedPlugin, namedPluginId, type Release, selectReleases } from './releases.ts';

export interface RequestedRelease extends NamedPlugin {
  /** The version's number, or a Go plugin's ref or commit. */
  version: string;
  /** Defaults to the plan in the version's manifest, and then to the standard plan. */
  plan?: ReleasePlan | undefined;
}

/** Begins a release of a live version that isn't quarantined. Cancels the name's active release. Makes two D1 round trips. */
export async function startRelease(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  request: RequestedRelease,
): Promise<Release> {
  requireScope(actor, 'plugins:deploy', request.name);
  const { db } = deps;
  const { namespaces, recent, versions } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    versions: selectRequested(db, namespaceId, request),
    recent: selectRecent(deps, namespaceId),
  });
  requireNamespace(namespaces, namespaceId);
  if (recent.length >= limits.startsPerMinute) throw tooManyStarts();
  const [version] = versions;
  if (!version) throw notFound('plugin', `${request.name} ${request.version}`);
  requireDeployable(version);
  const { id: versionId, organizationId, pluginId } = version;
  const id = deps.ids('release');
  const plan = request.plan ?? manifestPlan(version);
  const condition = mayTakeCalls(deps, { namespaceId, versionId });
  const begun = { id, organizationId, namespaceId, pluginId, versionId, plan, createdBy: actor.ref };
  const ticket = lastTicket(namespaceId, pluginId);
  const statements = [
    takeTicket(deps, namespaceId, pluginId, sql`(${condition} and ${canShareCalls(begun, versionId)})`),
    ...beginStatements(deps, { ...begun, condition, ticket }, actor.ref),
  ];
  const { rejections, ...found } = await writeAndRead(db, statements, {
    rejections: selectRejection(deps, versionId),
    ...selectReleases(db, eq(releases.id, id), 1),
  });
  const [release] = joinReleases(found);
  if (release) return release;
  const [rejection] = rejections;
  if (rejection) throw rejectionProblem(version, rejection);
  await requireStillDeployable(deps, version);
  throw notShared(version);
}

function selectRequested(db: Deps['db'], namespaceId: NamespaceId, { kind, name, version }: RequestedRelease) {
  const number = parseVersion(version);
  if (kind === 'extractor') {
    if (!number) throw invalidField('version', 'must be three numbers, such as 1.0.0', 'invalid_version');
    return selectVisibleVersion(db, { ownerId: namespaceId, kind, name, version: number });
  }
  const { commit, ref } = {
    ref: sql`${pluginVersions.source} ->> '$.ref'`,
    commit: sql`${pluginVersions.source} ->> '$.commit'`,
  };
  const ofPlugin = eq(pluginVersions.pluginId, namedPluginId(namespaceId, { kind, name }));
  const isNamed = sql`(${ref} = ${version} or ${commit} = ${version})`;
  return db
    .select()
    .from(pluginVersions)
    .where(and(ofPlugin, isNull(pluginVersions.deletedAt), isNamed))
    .orderBy(desc(pluginVersions.id))
    .limit(1);
}

function selectRecent({ clock, db }: Pick<Deps, 'clock' | 'db'>, namespaceId: NamespaceId) {
  const isRecent = gte(sql`${releases.id}`, firstIdAt('release', clock.now() - limits.startsMs));
  return db
    .select({ id: releases.id })
    .from(releases)
    .where(and(eq(releases.namespaceId, namespaceId), isRecent))
    .limit(limits.startsPerMinute);
}

function tooManyStarts(): Problem {
  return new Problem('rate-limited', `A namespace may start ${limits.startsPerMinute} releases per minute`, {
    retryAfterSeconds: limits.startsMs / 1000,
  });
}

function manifestPlan({ manifest }: PluginVersion): ReleasePlan {
  const { data } = releasePlanSchema.safeParse(manifest?.serve_config?.release ?? {});
  return data ?? releasePlanSchema.parse({});
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
  const { namespaces, ...found } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    ...selectReleases(db, and(eq(releases.id, id), eq(releases.namespaceId, namespaceId)), 1),
  });
  requireNamespace(namespaces, namespaceId);
  const [release] = joinReleases(found);
  if (!release) throw notFound('release', id);
  return changeFound(deps, actor, release, change);
}

/** Applies a person's change to a release that was just read. */
export async function changeFound(deps: Deps, actor: Actor, found: Release, change: ReleaseChange): Promise<Release> {
  requireScope(actor, 'plugins:deploy', found.to.name);
  requirePossible(found, change);
  const measured = (await deps.releases.status(found.release))?.measured ?? null;
  const after = await changeRelease(deps, found, change, { actor: actor.ref, measured });
  if (!after.changed && givesCalls(change)) {
    const { yanked } = await requireStillDeployable(deps, found.to);
    if (yanked)
      throw conflict(
        after.release,
        `goes no further: ${found.to.name} ${versionLabel(found.to)} is yanked. Revert it.`,
      );
  }
  if (!after.changed) throw conflict(after.release, 'changed at the same time. Look at it again.');
  deps.defer(deps.releases.follow(found.release));
  return { ...found, release: after.release };
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

/** Selects the plugin's active release and its versions for a batch. */
export function selectActiveRelease(db: Deps['db'], namespaceId: NamespaceId, pluginId: SQL<PluginRowId>) {
  const ofPlugin = and(eq(releases.namespaceId, namespaceId), eq(releases.pluginId, pluginId), isActiveRelease());
  return selectReleases(db, ofPlugin, 1);
}
