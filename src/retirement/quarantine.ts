// Quarantines content by its digest, in every organization: every version with these files, however packed, and every agent plugin with
// these bytes, or with those of such a version's archive. Nothing of it is deployed or downloaded any more. What is live keeps serving, unless
// the operator drains it.
import { and, asc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import { notFound } from '../access/actor.ts';
import { ownerNamespace } from '../access/owners.ts';
import { filesSha256 } from '../archive/files-digest.ts';
import type { ActorRef } from '../contract/events/events.ts';
import { quarantineLimits as limits } from '../contract/limits/deployments.ts';
import { type DeploymentId, isId, type NamespaceId } from '../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../core/page.ts';
import { previousChanged, readTogether } from '../db/client.ts';
import { agentArtifacts } from '../db/schema/agents.ts';
import { deployments, isUnfinished, livePointers } from '../db/schema/deploy.ts';
import { keptQuarantines } from '../db/schema/quarantines.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import { undeployVersion } from '../pointers/undeploy.ts';
import type { AgentArtifact } from '../registry/agents/verification.ts';
import { archiveIndex } from '../registry/storage/archives.ts';
import { activateStatements } from '../registry/versions/active-version.ts';
import { highestOffered, type PluginVersion, versionSlug } from '../registry/versions/versions.ts';
import { revertReleases } from '../rollouts/releases/revert.ts';
import { cancelStatements } from './cancel.ts';

export interface QuarantineRequest {
  reason: string;
  objection: string;
  /** True to undeploy what is live, too. */
  drain: boolean;
}

/** Live places in an event. */
const placesShown = 100;

/** Something with quarantined content, and where it is still live. */
export interface Quarantined {
  subject: Listed;
  live: { namespaceId: NamespaceId; deploymentId: DeploymentId }[];
}

/**
 * Quarantines what has this digest, as much as one request may change. Repeating it replaces the reason, and continues where an earlier
 * request ended. 404 if nothing has the digest.
 */
export async function quarantine(
  deps: Deps,
  sha256: string,
  request: QuarantineRequest,
  actor: ActorRef,
): Promise<Quarantined[]> {
  const found = await findToQuarantine(deps, sha256);
  const isOpen = (one: Pick<PluginVersion, 'quarantined'>) =>
    one.quarantined?.reason !== request.reason || one.quarantined.objection !== request.objection;
  const { live } = found;
  const versions = [
    ...found.versions.filter(isOpen),
    ...found.versions.filter((one) => !isOpen(one) && live.has(one.id)),
  ];
  for (const version of versions.slice(0, limits.versionsAtOnce))
    await quarantineVersion(deps, version, { ...request, live: live.get(version.id) ?? [] }, actor);
  for (const artifact of found.artifacts.filter(isOpen).slice(0, limits.artifactsAtOnce))
    await quarantineArtifact(deps, artifact, request, actor);
  if (found.kept.some(isOpen)) await quarantineKept(deps, sha256, request, actor);
  const after = await findContent(deps, sha256);
  return [
    ...after.versions.map((version) => ({ subject: { version }, live: after.live.get(version.id) ?? [] })),
    ...after.artifacts.map((artifact) => ({ subject: { artifact }, live: [] })),
    ...after.kept.map((kept) => ({ subject: { kept }, live: [] })),
  ];
}

/** Like `findContent`. A version from before files had a digest gets it first, so that what packs the same files is found and refused. */
async function findToQuarantine(deps: Deps, sha256: string): ReturnType<typeof findContent> {
  const found = await findContent(deps, sha256);
  const isOld = found.versions.some((version) => version.filesSha256 === null && version.deletedAt === null);
  const digest = isOld ? await filesSha256(await archiveIndex(deps, sha256)) : null;
  if (digest === null) return found;
  await deps.db
    .update(pluginVersions)
    .set({ filesSha256: digest })
    .where(and(eq(pluginVersions.sha256, sha256), isNull(pluginVersions.filesSha256)));
  return findContent(deps, sha256);
}

/**
 * Returns what has this digest, or the same files as an archive with it. An upload of the same content is refused as soon as one of
 * these versions is quarantined, even if its author deletes it.
 */
async function findContent({ db }: Pick<Deps, 'db'>, sha256: string) {
  const isSame = hasDigest(db, sha256);
  const found = await readTogether(db, {
    versions: db
      .select()
      .from(pluginVersions)
      .where(and(isSame, or(isNull(pluginVersions.deletedAt), isNotNull(pluginVersions.quarantined)))),
    artifacts: db
      .select()
      .from(agentArtifacts)
      .where(or(eq(agentArtifacts.checksum, sha256), inArray(agentArtifacts.checksum, archivesOf(db, isSame)))),
    kept: db.select().from(keptQuarantines).where(hasKept(db, sha256)),
    places: selectLivePlaces(db, sha256),
  });
  if (found.versions.length + found.artifacts.length + found.kept.length === 0) throw notFound('content', sha256);
  return { ...found, live: livePlaces(found.places) };
}

/** Selects the bytes of the versions' archives, as stored and as uploaded. */
function archivesOf(db: Deps['db'], versions: SQL | undefined) {
  return db
    .select({ sha256: pluginVersions.sha256 })
    .from(pluginVersions)
    .where(versions)
    .unionAll(db.select({ sha256: pluginVersions.uploadSha256 }).from(pluginVersions).where(versions));
}

function hasDigest(db: Deps['db'], sha256: string): SQL | undefined {
  const ofArchive = db
    .select({ files: pluginVersions.filesSha256 })
    .from(pluginVersions)
    .where(eq(pluginVersions.sha256, sha256));
  return or(
    eq(pluginVersions.sha256, sha256),
    eq(pluginVersions.filesSha256, sha256),
    inArray(pluginVersions.filesSha256, ofArchive),
  );
}

/** The same, of removed organizations. */
function hasKept(db: Deps['db'], sha256: string): SQL | undefined {
  const { filesSha256, sha256: archive, uploadSha256 } = keptQuarantines;
  const ofArchive = db.select({ files: filesSha256 }).from(keptQuarantines).where(eq(archive, sha256));
  return or(eq(archive, sha256), eq(uploadSha256, sha256), eq(filesSha256, sha256), inArray(filesSha256, ofArchive));
}

async function quarantineVersion(
  deps: Deps,
  version: PluginVersion,
  { drain, live, objection, reason }: QuarantineRequest & Pick<Quarantined, 'live'>,
  actor: ActorRef,
): Promise<void> {
  const { db, clock } = deps;
  const { id, organizationId, pluginId } = version;
  const now = clock.now();
  const event = { organizationId, namespaceId: ownerNamespace(version.ownerId), actor };
  const data = {
    plugin_id: versionSlug(version),
    reason,
    objection,
    live: live.slice(0, placesShown).map((one) => ({ namespace_id: one.namespaceId, deployment_id: one.deploymentId })),
    live_places: live.length,
  };
  await db.batch([
    db
      .update(pluginVersions)
      .set({ quarantined: { by: actor, at: now, reason, objection }, updatedAt: now })
      .where(and(eq(pluginVersions.id, id), saysOther(pluginVersions, reason, objection))),
    record(deps, { ...event, type: 'version.quarantined', subjectId: id, data }, previousChanged),
    ...activateStatements(deps, {
      pluginId,
      versionId: highestOffered(pluginId),
      condition: eq(plugins.activeVersionId, id),
      event,
    }),
  ]);
  await cancelUnfinished(deps, version, actor);
  if (live.length > 0) await revertReleases(deps, version, { actor, reason: 'The operator quarantined the version' });
  if (drain) for (const { namespaceId } of live) await undeployVersion(deps, namespaceId, version, actor);
}

/** Cancels deployments that began before the quarantine. None can begin after it. */
async function cancelUnfinished(deps: Deps, version: PluginVersion, actor: ActorRef): Promise<void> {
  const { db } = deps;
  const unfinished = await db
    .select()
    .from(deployments)
    .where(and(eq(deployments.versionId, version.id), isUnfinished()));
  for (const deployment of unfinished) {
    const { statements, stop } = cancelStatements(deps, deployment, actor);
    await db.batch(statements);
    deps.defer(sendNow(deps, stop));
  }
}

async function quarantineKept(
  { clock, db }: Deps,
  sha256: string,
  { objection, reason }: QuarantineRequest,
  actor: ActorRef,
): Promise<void> {
  await db
    .update(keptQuarantines)
    .set({ quarantined: { by: actor, at: clock.now(), reason, objection } })
    .where(and(hasKept(db, sha256), saysOther(keptQuarantines, reason, objection)));
}

async function quarantineArtifact(
  deps: Deps,
  { id, name, organizationId, version }: AgentArtifact,
  { objection, reason }: QuarantineRequest,
  actor: ActorRef,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const data = { name, version, reason, objection };
  const event = { organizationId, namespaceId: null, actor, subjectId: id };
  await db.batch([
    db
      .update(agentArtifacts)
      .set({ quarantined: { by: actor, at: now, reason, objection }, updatedAt: now })
      .where(and(eq(agentArtifacts.id, id), saysOther(agentArtifacts, reason, objection))),
    record(deps, { ...event, type: 'agent_plugin.quarantined', data }, previousChanged),
  ]);
}

/** True if it isn't quarantined yet, or for another reason or with another way to object. */
function saysOther(
  { quarantined }: typeof pluginVersions | typeof agentArtifacts | typeof keptQuarantines,
  reason: string,
  objection: string,
): SQL {
  return sql`json_array(${quarantined} ->> '$.reason', ${quarantined} ->> '$.objection') is not json_array(${reason}, ${objection})`;
}

/**
 * Lifts the quarantine of what has this digest, as much as one request may change. It redeploys nothing. Returns the number of what is
 * left.
 */
export async function liftQuarantine(deps: Deps, sha256: string, actor: ActorRef): Promise<number> {
  const { db, clock } = deps;
  const found = await findContent(deps, sha256);
  const versions = found.versions.filter(({ quarantined }) => quarantined !== null);
  const artifacts = found.artifacts.filter(({ quarantined }) => quarantined !== null);
  const now = clock.now();
  for (const { id, organizationId, ownerId, ...version } of versions.slice(0, limits.artifactsAtOnce)) {
    const event = { organizationId, namespaceId: ownerNamespace(ownerId), actor, subjectId: id };
    await db.batch([
      db
        .update(pluginVersions)
        .set({ quarantined: null, updatedAt: now })
        .where(and(eq(pluginVersions.id, id), isNotNull(pluginVersions.quarantined))),
      record(
        deps,
        { ...event, type: 'version.unquarantined', data: { plugin_id: versionSlug(version) } },
        previousChanged,
      ),
    ]);
  }
  for (const { id, name, organizationId, version } of artifacts.slice(0, limits.artifactsAtOnce)) {
    const event = { organizationId, namespaceId: null, actor, subjectId: id };
    await db.batch([
      db
        .update(agentArtifacts)
        .set({ quarantined: null, updatedAt: now })
        .where(and(eq(agentArtifacts.id, id), isNotNull(agentArtifacts.quarantined))),
      record(deps, { ...event, type: 'agent_plugin.unquarantined', data: { name, version } }, previousChanged),
    ]);
  }
  if (found.kept.length > 0) await db.delete(keptQuarantines).where(hasKept(db, sha256));
  return Math.max(0, versions.length - limits.artifactsAtOnce) + Math.max(0, artifacts.length - limits.artifactsAtOnce);
}

/** `kept` is content of a removed organization. */
export type Listed =
  | { version: PluginVersion }
  | { artifact: AgentArtifact }
  | { kept: typeof keptQuarantines.$inferSelect };

/** Lists versions and agent plugins with quarantined content, by digest. */
export async function listQuarantined(
  { db }: Pick<Deps, 'db'>,
  { cursor = '', limit }: PageRequest,
): Promise<Page<Listed>> {
  const after = sql`(${cursor.slice(0, digestChars)}, ${cursor.slice(digestChars)})`;
  const found = await readTogether(db, {
    versions: db
      .select()
      .from(pluginVersions)
      .where(
        and(isNotNull(pluginVersions.quarantined), sql`(${pluginVersions.sha256}, ${pluginVersions.id}) > ${after}`),
      )
      .orderBy(asc(pluginVersions.sha256), asc(pluginVersions.id))
      .limit(limit + 1),
    artifacts: db
      .select()
      .from(agentArtifacts)
      .where(
        and(isNotNull(agentArtifacts.quarantined), sql`(${agentArtifacts.checksum}, ${agentArtifacts.id}) > ${after}`),
      )
      .orderBy(asc(agentArtifacts.checksum), asc(agentArtifacts.id))
      .limit(limit + 1),
    kept: db
      .select()
      .from(keptQuarantines)
      .where(sql`(${keptQuarantines.sha256}, ${keptQuarantines.id}) > ${after}`)
      .orderBy(asc(keptQuarantines.sha256), asc(keptQuarantines.id))
      .limit(limit + 1),
  });
  const all: Listed[] = [
    ...found.versions.map((version) => ({ version })),
    ...found.artifacts.map((artifact) => ({ artifact })),
    ...found.kept.map((kept) => ({ kept })),
  ];
  return toPage(
    all.sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1)),
    limit,
    positionOf,
  );
}

const digestChars = 64;

function positionOf(listed: Listed): string {
  if ('version' in listed) return listed.version.sha256 + listed.version.id;
  return 'kept' in listed ? listed.kept.sha256 + listed.kept.id : listed.artifact.checksum + listed.artifact.id;
}

/** Selects where the versions with this digest are live. */
function selectLivePlaces(db: Deps['db'], sha256: string) {
  const ids = db.select({ id: pluginVersions.id }).from(pluginVersions).where(hasDigest(db, sha256));
  return db
    .select({ id: livePointers.subjectId, namespaceId: livePointers.namespaceId, deploymentId: livePointers.targetId })
    .from(livePointers)
    .where(and(inArray(livePointers.subjectId, ids), isNotNull(livePointers.targetId)));
}

type LivePlace = Awaited<ReturnType<typeof selectLivePlaces>>[number];

function livePlaces(rows: readonly LivePlace[]): Map<string, Quarantined['live']> {
  const places = rows.flatMap(({ deploymentId, id, namespaceId }) =>
    deploymentId !== null && isId('deployment', deploymentId) ? [{ id, namespaceId, deploymentId }] : [],
  );
  const byVersion = Map.groupBy(places, ({ id }) => id);
  return new Map([...byVersion].map(([id, all]) => [id, all.map(({ id: _, ...place }) => place)]));
}
