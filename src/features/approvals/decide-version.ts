// Decides staged versions, and lists them for those who decide. A decision is one batch that names the archive's digest, so that what
// was looked at is what is approved.
import { and, desc, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { type Actor, requireScope } from '../../access/actor.ts';
import { mayAct, requireMayAct, selectMayAct } from '../../access/keys.ts';
import { isNamesake, requireOtherPerson } from '../../access/other-person.ts';
import { ownerNamespace, requireOwner, selectOwner } from '../../access/owners.ts';
import { type Finding, severities } from '../../contract/findings/finding.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import type { PluginKind } from '../../contract/states.ts';
import { iso } from '../../core/clock.ts';
import type { EventId, NamespaceId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged, qualified, readTogether, type Statement, writeAndRead } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { events } from '../../db/schema/events.ts';
import { type OwnerId, plugins, pluginVersions, scans, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { requireRoom, selectExceeded } from '../../limits/limit.ts';
import { pluginQuota } from '../../limits/quotas.ts';
import { firstUploadId, type Upload } from '../../registry/uploads/uploads.ts';
import { activateStatements, isHigherThanActive } from '../../registry/versions/active-version.ts';
import { changeStatements } from '../../registry/versions/changes.ts';
import {
  matchesVersion,
  type PluginVersion,
  parseVersionKey,
  requireVersion,
  selectVersion,
  type VersionKey,
  versionSlug,
} from '../../registry/versions/versions.ts';
import { isNameEnabled, requireNameNotEnabled, selectNameEnabled } from '../../registry/versions/visible-versions.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'features'>;

export interface Decision {
  stage: 'approved' | 'rejected';
  /** Digest of the archive that the approver looked at. */
  sha256: string;
  note: string | null;
}

/** A version that was just decided, and its upload, unless that is deleted. */
export interface Decided {
  version: PluginVersion;
  upload: Upload | undefined;
}

/**
 * Approves or rejects one of the owner's staged versions, or approves one that never waited, which namespaces that demand approval then
 * take. A removed member's key decides nothing, even if an isolate still caches it.
 * Two D1 round trips: one finds the version, the other decides.
 */
export async function decideVersion(
  deps: WriteDeps & Pick<Deps, 'features'>,
  actor: Actor,
  { ownerId, slug, kind }: { ownerId: OwnerId; slug: string; kind?: PluginKind | undefined },
  decision: Decision,
): Promise<Decided> {
  requireScope(actor, 'versions:approve');
  const key = parseVersionKey(ownerId, slug, kind);
  const found = await readTogether(deps.db, {
    owners: selectOwner(deps.db, actor, ownerId),
    versions: selectVersion(deps.db, key),
    namesakes: selectWithNamesake(deps, actor, key),
  });
  requireOwner(found.owners, ownerId);
  const version = requireVersion(found.versions, slug);
  requireOtherPerson(actor, version.createdBy, subject, found.namesakes.length > 0);
  const id = deps.ids('event');
  const isDecided = sql`exists (select 1 from ${events} where ${events.id} = ${id})`;
  const limits = [pluginQuota(version)];
  const decided = await writeAndRead(deps.db, decisionStatements(deps, actor, version, { ...decision, id }), {
    versions: selectVersion(deps.db, key),
    mine: deps.db.select({ decided: qualified(isDecided).mapWith(Boolean) }).from(sql`(select 1)`),
    uploads: deps.db
      .select()
      .from(uploads)
      .where(eq(uploads.id, firstUploadId(version))),
    enabled: selectNameEnabled(deps.db, version),
    exceeded: selectExceeded(deps.db, limits),
    access: selectMayAct(deps.db, actor, deps.clock.now()),
  });
  const after = requireVersion(decided.versions, slug);
  if (decided.mine[0]?.decided) return { version: after, upload: decided.uploads[0] };
  requireMayAct(decided.access);
  requireUndecided(after, decision, deps.clock.now());
  requireNameNotEnabled(decided.enabled[0]);
  requireRoom(limits, decided.exceeded);
  throw new Problem('conflict', `${after.name} ${formatVersion(after)} was changed meanwhile`);
}

/** Selects, for a batch, the version if one of its authors has the actor's e-mail address: at two issuers, one person has two accounts. */
function selectWithNamesake(deps: Pick<Deps, 'db' | 'features'>, actor: Actor, key: VersionKey) {
  const { createdBy, id } = pluginVersions;
  return deps.db
    .select({ id })
    .from(pluginVersions)
    .where(and(matchesVersion(key), isNamesake(deps, actor, sql`${createdBy}`)))
    .limit(1);
}

const subject = {
  kind: 'a version',
  what: 'this version',
  made: 'published',
  withdraw: 'To withdraw the version, delete it.',
};

/** Builds one batch: the guard, its event, and for an approval the activation and the request to deploy. */
function decisionStatements(
  deps: WriteDeps,
  actor: Actor,
  version: PluginVersion,
  { stage, sha256, note, id }: Decision & { id: EventId },
): Statement[] {
  const { db, clock } = deps;
  const now = clock.now();
  const { organizationId, ownerId, pluginId } = version;
  const event = { organizationId, namespaceId: ownerNamespace(ownerId), actor: actor.ref };
  const type = stage === 'approved' ? ('version.approved' as const) : ('version.rejected' as const);
  const data = { plugin_id: versionSlug(version), sha256, note };
  const isDecided = sql`exists (select 1 from ${events} where ${events.id} = ${id})`;
  // A first version would shadow an enabled one, and begins to count as a plugin.
  const mayBecomeActive = and(sql`not ${isNameEnabled(version)}`, pluginQuota(version).hasRoom);
  const waits = and(eq(pluginVersions.stage, 'staged'), gt(pluginVersions.stagedUntil, now));
  const neverWaited = stage === 'approved' && version.stage === null;
  const guarded = db
    .update(pluginVersions)
    .set({ stage, stagedUntil: null, decision: { by: actor.ref, at: now, note }, updatedAt: now })
    .where(
      and(
        eq(pluginVersions.id, version.id),
        neverWaited ? isNull(pluginVersions.stage) : waits,
        eq(pluginVersions.sha256, sha256),
        isNull(pluginVersions.deletedAt),
        mayAct(actor, now),
        stage === 'approved' && !neverWaited ? mayBecomeActive : undefined,
      ),
    );
  const recorded = record(deps, { ...event, id, type, subjectId: version.id, data }, previousChanged);
  const decided = [
    guarded,
    recorded,
    ...changeStatements(deps, { id: version.id, change: 'decided', isChanged: isDecided }),
  ];
  if (stage === 'rejected' || neverWaited) return decided;
  const condition = and(isDecided, isHigherThanActive(version));
  return [
    ...decided,
    ...activateStatements(deps, { pluginId, versionId: version.id, condition, event }),
    // If this worker dies, the sweep requests the deployment.
    db
      .update(uploads)
      .set({ toDeploy: true, updatedAt: now })
      .where(and(eq(uploads.id, firstUploadId(version)), sql`${Number(version.deployApproved)}`, isDecided)),
  ];
}

/** Throws if the version isn't staged any more, or isn't what the approver looked at. */
function requireUndecided(version: PluginVersion, { sha256, stage: verb }: Decision, now: number): void {
  const name = `${version.name} ${formatVersion(version)}`;
  const { decision, stage, stagedUntil } = version;
  const details = { resource: 'plugin', id: versionSlug(version), stage, sha256: version.sha256 };
  if (stage === null && verb === 'rejected')
    throw new Problem('conflict', `${name} needs no approval`, {
      details,
      hint: 'It may be live. To stop it, undeploy or delete it.',
    });
  if (stage === 'approved' || stage === 'rejected')
    throw new Problem('conflict', `${name} was already ${stage}${decision ? ` at ${iso(decision.at)}` : ''}`, {
      details,
    });
  if (version.sha256 !== sha256)
    throw new Problem('conflict', `${name} has other content now: its archive is sha256:${version.sha256}`, {
      details,
      hint: 'Look at the version again, then send its new digest.',
    });
  if (stagedUntil !== null && stagedUntil <= now)
    throw new Problem('conflict', `${name} waited for approval until ${iso(stagedUntil)}, and is being deleted`, {
      details,
      hint: 'Publish it again.',
    });
}

const active = alias(pluginVersions, 'active');

const countsSchema = z.record(z.enum(severities), z.int());

const countOf = (severity: Finding['severity']) =>
  sql`(select count(*) from json_each(${scans.findings}) where value ->> '$.severity' = ${severity})`;
const findingCounts = sql`case when ${scans.findings} is not null
  then json_object(${sql.join(
    severities.map((one) => sql`${one}, ${countOf(one)}`),
    sql`, `,
  )}) end`.mapWith((text): z.infer<typeof countsSchema> | null => countsSchema.parse(JSON.parse(String(text))));

export interface StagedVersion {
  version: PluginVersion;
  namespaceName: string | null;
  /** The version that it would replace. */
  active: Pick<PluginVersion, 'kind' | 'source' | 'major' | 'minor' | 'patch'> | null;
  /** The scan's findings by severity. Null if there are too many for its row. */
  findings: z.infer<typeof countsSchema> | null;
  /** Rules of the scan's errors. All of them are waived, because the version was accepted. */
  waivedRules: string[];
  filesScanned: number;
}

/** Lists the staged versions that the actor can see, newest first. One D1 round trip. */
export async function listStaged(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { limit, cursor }: PageRequest,
): Promise<Page<StagedVersion>> {
  requireScope(actor, 'plugins:read');
  const rows = await db
    .select({
      version: pluginVersions,
      namespaceName: namespaces.name,
      active: {
        kind: active.kind,
        source: active.source,
        major: active.major,
        minor: active.minor,
        patch: active.patch,
      },
      findings: findingCounts,
      waivedRules: scans.errorRules,
      filesScanned: scans.filesScanned,
    })
    .from(pluginVersions)
    .innerJoin(scans, eq(scans.id, pluginVersions.scanId))
    .innerJoin(plugins, eq(plugins.id, pluginVersions.pluginId))
    .leftJoin(active, eq(active.id, plugins.activeVersionId))
    .leftJoin(namespaces, and(eq(sql`${namespaces.id}`, pluginVersions.ownerId), isNull(namespaces.deletedAt)))
    .where(
      and(
        eq(pluginVersions.organizationId, actor.organizationId),
        // Literal, to match the index.
        sql`${pluginVersions.stage} = 'staged'`,
        isNull(pluginVersions.deletedAt),
        isVisible(actor.namespaceIds),
        cursor === undefined ? undefined : lt(sql`${pluginVersions.id}`, cursor),
      ),
    )
    .orderBy(desc(pluginVersions.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ version }) => version.id);
}

/** SQL: the version is in a namespace that exists, or belongs to the organization and the key isn't bound to namespaces. */
function isVisible(namespaceIds: ReadonlySet<NamespaceId> | null): SQL | undefined {
  if (namespaceIds === null)
    return or(sql`${namespaces.id} is not null`, eq(pluginVersions.ownerId, pluginVersions.organizationId));
  return sql`${namespaces.id} in (select value from json_each(${JSON.stringify([...namespaceIds])}))`;
}
