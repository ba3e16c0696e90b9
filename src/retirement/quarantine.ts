// Quarantines content by its digest, in every organization: every version with these files, however packed, and all other content with
// these bytes, or with those of such a version's archive. Nothing of it is deployed or downloaded any more. What is live keeps serving, unless
// the operator drains it.
import { and, asc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { notFound } from '../access/actor.ts';
import { ownerNamespace } from '../access/owners.ts';
import { filesSha256 } from '../archive/files-digest.ts';
import type { ActorRef } from '../contract/actor.ts';
import { quarantineLimits as limits } from '../contract/limits/deployments.ts';
import type { PluginKind } from '../contract/states.ts';
import type { Quarantine } from '../contract/withdrawals.ts';
import { type DeploymentId, isId, type NamespaceId } from '../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../core/page.ts';
import { previousChanged } from '../db/client.ts';
import type { QuarantinableRow } from '../db/owned-table.ts';
import { deployments, isUnfinished, livePointers } from '../db/schema/deploy.ts';
import { keptQuarantines } from '../db/schema/quarantines.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import { undeployVersion } from '../pointers/undeploy.ts';
import type { Quarantinable } from '../points.ts';
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
  const { objection, reason } = request;
  const quarantined = { by: actor, at: deps.clock.now(), reason, objection };
  for (const content of found.contents.filter(isOpen).slice(0, limits.artifactsAtOnce))
    await changeContent(deps, content, { quarantined, actor });
  if (found.kept.some(isOpen)) await quarantineKept(deps, sha256, request, actor);
  const after = await findContent(deps, sha256);
  return [
    ...after.versions.map((version) => ({ subject: { version }, live: after.live.get(version.id) ?? [] })),
    ...after.contents.map((content) => ({ subject: { content }, live: [] })),
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
async function findContent(deps: Pick<Deps, 'db' | 'features'>, sha256: string) {
  const { db } = deps;
  const isSame = hasDigest(db, sha256);
  const [versions, kept, places, ...others] = await db.batch([
    db
      .select()
      .from(pluginVersions)
      .where(and(isSame, or(isNull(pluginVersions.deletedAt), isNotNull(pluginVersions.quarantined)))),
    db.select().from(keptQuarantines).where(hasKept(db, sha256)),
    selectLivePlaces(db, sha256),
    ...quarantinable(deps).map((one) =>
      selectContent(deps, one).where(or(eq(one.digest, sha256), inArray(one.digest, archivesOf(db, isSame)))),
    ),
  ]);
  const contents = contentsOf(deps, others);
  if (versions.length + contents.length + kept.length === 0) throw notFound('content', sha256);
  return { versions, contents, kept, live: livePlaces(places) };
}

/** A row of a feature's, with its kind. */
export type QuarantinableContent = QuarantinableRow & { kind: PluginKind };

function quarantinable({ features }: Pick<Deps, 'features'>): Quarantinable<Deps>[] {
  return features.flatMap((feature) => feature.quarantinable ?? []);
}

function selectContent({ db }: Pick<Deps, 'db'>, { digest, rows }: Quarantinable<Deps>) {
  const { id, name, organizationId, quarantined, version } = rows;
  return db.select({ id, organizationId, name, version, sha256: digest, quarantined }).from(rows);
}

/** Returns the rows that were selected from each of the features' tables. */
function contentsOf(
  deps: Pick<Deps, 'features'>,
  selected: readonly (readonly QuarantinableRow[])[],
): QuarantinableContent[] {
  return quarantinable(deps).flatMap(({ kind }, i) => (selected[i] ?? []).map((row) => ({ ...row, kind })));
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
      .where(and(eq(pluginVersions.id, id), saysOther(pluginVersions.quarantined, { reason, objection }))),
    record(deps, { ...event, type: 'version.quarantined', subjectId: id, data }, previousChanged),
    ...activateStatements(deps, {
      pluginId,
      versionId: highestOffered(pluginId),
      condition: eq(plugins.activeVersionId, id),
      event,
    }),
  ]);
  await cancelUnfinished(deps, version, actor);
  await revertReleases(deps, version, { actor, reason: 'The operator quarantined the version' });
  if (drain) await undeployEverywhere(deps, version, actor);
}

/** Undeploys the version where it is live now: it may have become live since the request was read, but can no longer. */
async function undeployEverywhere(deps: Deps, version: PluginVersion, actor: ActorRef): Promise<void> {
  const places = await deps.db
    .select({ namespaceId: livePointers.namespaceId })
    .from(livePointers)
    .where(and(eq(livePointers.subjectId, version.id), isNotNull(livePointers.targetId)));
  for (const { namespaceId } of places) await undeployVersion(deps, namespaceId, version, actor);
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
    .where(and(hasKept(db, sha256), saysOther(keptQuarantines.quarantined, { reason, objection })));
}

async function changeContent(
  deps: Deps,
  { kind, ...row }: QuarantinableContent,
  to: { quarantined: Quarantine | null; actor: ActorRef },
): Promise<void> {
  const one = quarantinable(deps).find((candidate) => candidate.kind === kind);
  const [first, ...rest] = one?.change(deps, row, to) ?? [];
  if (first) await deps.db.batch([first, ...rest]);
}

/** SQL: the column has no quarantine yet, or one for another reason or with another way to object. */
export function saysOther(
  quarantined: AnySQLiteColumn,
  { objection, reason }: Pick<Quarantine, 'objection' | 'reason'>,
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
  const contents = found.contents.filter(({ quarantined }) => quarantined !== null);
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
  for (const content of contents.slice(0, limits.artifactsAtOnce))
    await changeContent(deps, content, { quarantined: null, actor });
  if (found.kept.length > 0) await db.delete(keptQuarantines).where(hasKept(db, sha256));
  return Math.max(0, versions.length - limits.artifactsAtOnce) + Math.max(0, contents.length - limits.artifactsAtOnce);
}

/** `kept` is content of a removed organization. */
export type Listed =
  | { version: PluginVersion }
  | { content: QuarantinableContent }
  | { kept: typeof keptQuarantines.$inferSelect };

/** Lists versions and other content that is quarantined, by digest. */
export async function listQuarantined(
  deps: Pick<Deps, 'db' | 'features'>,
  { cursor = '', limit }: PageRequest,
): Promise<Page<Listed>> {
  const { db } = deps;
  const after = sql`(${cursor.slice(0, digestChars)}, ${cursor.slice(digestChars)})`;
  const [versions, kept, ...others] = await db.batch([
    db
      .select()
      .from(pluginVersions)
      .where(
        and(isNotNull(pluginVersions.quarantined), sql`(${pluginVersions.sha256}, ${pluginVersions.id}) > ${after}`),
      )
      .orderBy(asc(pluginVersions.sha256), asc(pluginVersions.id))
      .limit(limit + 1),
    db
      .select()
      .from(keptQuarantines)
      .where(sql`(${keptQuarantines.sha256}, ${keptQuarantines.id}) > ${after}`)
      .orderBy(asc(keptQuarantines.sha256), asc(keptQuarantines.id))
      .limit(limit + 1),
    ...quarantinable(deps).map((one) =>
      selectContent(deps, one)
        .where(and(isNotNull(one.rows.quarantined), sql`(${one.digest}, ${one.rows.id}) > ${after}`))
        .orderBy(asc(one.digest), asc(one.rows.id))
        .limit(limit + 1),
    ),
  ]);
  const all: Listed[] = [
    ...versions.map((version) => ({ version })),
    ...contentsOf(deps, others).map((content) => ({ content })),
    ...kept.map((one) => ({ kept: one })),
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
  const { id, sha256 } = 'kept' in listed ? listed.kept : listed.content;
  return sha256 + id;
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
