// Ends an upload: accepts it as a version or rejects it, each in one batch. A repeated confirm reads the outcome.
import { and, eq, notExists, type SQL, sql } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import type { Analysis } from '../../contract/builder/analyses.ts';
import type { BuildOutput, Definition, InstallError } from '../../contract/builder/go-plugins.ts';
import type { GitSource } from '../../contract/builder/sources.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import type { VersionPlacement } from '../../contract/plugin/version-placement.ts';
import type { Verdict } from '../../contract/states.ts';
import { iso } from '../../core/clock.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, type Statement, writeAndRead } from '../../db/client.ts';
import { released } from '../../db/lease.ts';
import { pluginLocks } from '../../db/schema/environments.ts';
import { plugins, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type NewEvent, record } from '../../events/record.ts';
import { budgetLimit } from '../../limits/budgets.ts';
import { hasRoom, type Limit, requireRoom, selectExceeded } from '../../limits/limit.ts';
import { pluginQuota } from '../../limits/quotas.ts';
import { archiveQuota } from '../../limits/stored-bytes.ts';
import { notReleasedSince } from '../storage/released-archives.ts';
import { loadFindings, storeFindings } from '../storage/stored-findings.ts';
import { activateStatements, isHigherThanActive } from '../versions/active-version.ts';
import { quarantineMessage, selectQuarantine } from '../versions/offered.ts';
import { demandsApproval } from '../versions/stages.ts';
import { matchesVersion, type PluginVersion, type VersionKey, versionSlug } from '../versions/versions.ts';
import { isNameEnabled, requireNameNotEnabled, selectNameEnabled } from '../versions/visible-versions.ts';
import { endAsPublished } from './git-uploads.ts';
import { type Claim, holdsLease, repackedKey, requeueUpload, type Upload, uploadKey } from './uploads.ts';

export type RejectionReason = NonNullable<Upload['rejectionReason']>;

export type UploadOutcome =
  | { status: 'accepted'; upload: Upload; version: PluginVersion; findings: Finding[] }
  | { status: 'rejected'; reason: RejectionReason; upload: Upload; findings: Finding[] }
  | { status: 'expired'; upload: Upload }
  | { status: 'pending'; upload: Upload };

type OutcomeDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'ids' | 'defer' | 'queues' | 'log' | 'features'>;

/** Content of an accepted upload that its version stores. */
export interface AcceptedContent {
  sha256: string;
  filesSha256: string | null;
  uploadSha256: string;
  sizeBytes: number;
  manifest: Manifest | null;
  /** The source, for a Go plugin. */
  source?: GitSource;
  definition?: Definition | null;
  built?: BuildOutput;
  placement?: VersionPlacement;
  capabilities?: Analysis;
  hasRealtime: boolean;
  featureUri: string;
  findings: Finding[];
  scannedAt: number;
  verdict: Verdict;
  evaluatedPolicy: number;
  scan: { scanId: SQL; save(condition: SQL): Statement };
  /** The level and waivers behind the verdict. They must still apply, and the used waivers are recorded. */
  guard: { holds: SQL; recordWaiverUses(accepted: SQL): Statement[] };
}

/**
 * Accepts the upload as a version, in one batch. A guard updates the upload; the version, the active version and the events are written
 * only if the guard succeeded.
 */
export async function acceptUpload(deps: OutcomeDeps, claim: Claim, content: AcceptedContent): Promise<UploadOutcome> {
  const { db, ids } = deps;
  const { upload } = claim;
  const versionId = ids('version');
  const accepted = sql`exists (select 1 from ${uploads} where ${uploads.id} = ${upload.id} and ${uploads.versionId} = ${versionId})`;
  const { ownerId, kind, name } = upload;
  const ofName = and(eq(plugins.ownerId, ownerId), eq(plugins.kind, kind), eq(plugins.name, name));
  const pluginId = sql`(select ${plugins.id} from ${plugins} where ${ofName})`;
  const event = eventOf(upload);
  const { scan, scannedAt, findings, guard, ...facts } = content;
  const version = { ...versionRow(deps, upload), ...facts, id: versionId, pluginId, scanId: scan.scanId };
  const isStaged = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${versionId} and ${pluginVersions.stage} = 'staged')`;
  const storedFindings = await storeFindings(deps, upload.id, findings);
  const after = await writeAndRead(
    db,
    [
      acceptWhere(deps, claim, content, { versionId, findings: storedFindings }),
      scan.save(accepted),
      insertWhere(db, plugins, pluginRow(deps, upload), accepted, sql`on conflict do nothing`),
      insertWhere(db, pluginVersions, version, accepted),
      ...(upload.lock
        ? [insertWhere(db, pluginLocks, { ...upload.lock, versionId, createdAt: deps.clock.now() }, accepted)]
        : []),
      ...acceptanceEvents(deps, { ...event, subjectId: versionId }, { upload, content, accepted, isStaged }),
      ...activateStatements(deps, {
        pluginId,
        versionId,
        condition: and(accepted, sql`not ${isStaged}`, isHigherThanActive({ ...upload, id: versionId })),
        event,
      }),
      ...guard.recordWaiverUses(accepted),
    ],
    {
      uploads: db.select().from(uploads).where(eq(uploads.id, upload.id)),
      versions: db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    },
  );
  const [acceptedUpload] = after.uploads;
  const [published] = after.versions;
  if (!acceptedUpload || !published) return resolveRefusedAccept(deps, claim, content);
  deps.defer(deps.blobs.delete([uploadKey(upload.id), repackedKey(upload.id)]));
  return { status: 'accepted', upload: acceptedUpload, version: published, findings };
}

/** Builds the event of a published version, or of one that waits for approval. */
function acceptanceEvents(
  deps: OutcomeDeps,
  event: Pick<NewEvent, 'organizationId' | 'namespaceId' | 'actor' | 'subjectId'>,
  { upload, content, accepted, isStaged }: { upload: Upload; content: AcceptedContent; accepted: SQL; isStaged: SQL },
): Statement[] {
  const { capabilities, placement, sha256 } = content;
  const announced = { upload_id: upload.id, plugin_id: versionSlug(upload), sha256 };
  const placed = placement ? { placement: placement.place, placement_reason: placement.reason } : {};
  const reached = capabilities?.reached.map((capability) => capability.name);
  const published = { ...announced, ...placed, ...(reached ? { capabilities: reached } : {}) };
  const staged = { ...announced, until: iso(stageEnd(deps)) };
  return [
    record(deps, { ...event, type: 'version.published', data: published }, sql`${accepted} and not ${isStaged}`),
    record(deps, { ...event, type: 'version.staged', data: staged }, isStaged),
  ];
}

function stageEnd({ clock }: OutcomeDeps): number {
  return clock.now() + uploadLimits.stagedMs;
}

/**
 * Returns the guard for acceptUpload: the claim holds its lease, the version is free, its name hides no enabled plugin, the quotas
 * allow it, the archive is still stored, and the verdict would be the same now. The batch's first statement checks all of this, because
 * a unique index's error can't tell a lost claim from a full quota.
 */
function acceptWhere(
  deps: OutcomeDeps,
  claim: Claim,
  content: AcceptedContent,
  stored: { versionId: PluginVersion['id']; findings: Finding[] | null },
): Statement {
  const { db, clock } = deps;
  const { upload } = claim;
  return db
    .update(uploads)
    .set({
      ...stored,
      ...released,
      status: 'accepted',
      lock: null,
      scannedAt: sql`coalesce(${uploads.scannedAt}, ${content.scannedAt})`,
      updatedAt: clock.now(),
    })
    .where(
      and(
        holdsLease(claim),
        sql`not exists (select 1 from ${pluginVersions} where ${matchesVersion(versionKey(upload))})`,
        sql`not ${isNameEnabled(upload)}`,
        hasRoom(limitsOf(upload, content, clock.now())),
        notReleasedSince(content.sha256, upload.updatedAt),
        notExists(selectQuarantine(deps, content)),
        content.guard.holds,
      ),
    );
}

/** Returns the limits of the upload's version. The stored archive's size replaces the announced one. */
function limitsOf(upload: Upload, { sha256, sizeBytes }: AcceptedContent, now: number): Limit[] {
  const { id, organizationId, ownerId } = upload;
  return [
    pluginQuota(upload),
    archiveQuota(organizationId, { sha256, sizeBytes, uploadId: id }),
    budgetLimit({ organizationId, namespaceId: ownerId }, now, ['stored_bytes']),
  ];
}

function versionRow(deps: OutcomeDeps, upload: Upload) {
  const now = deps.clock.now();
  const { organizationId, ownerId, kind, name, major, minor, patch, description, message, createdBy } = upload;
  const fields = { organizationId, ownerId, kind, name, major, minor, patch, description, message, createdBy };
  const waits = sql`(${Number(upload.toStage)} or ${demandsApproval(upload)})`;
  // A Python plugin without a lock has no packages yet.
  const packagesIndexedAt = upload.kind === 'extractor' && !upload.lock ? now : null;
  const stage = {
    stage: sql`case when ${waits} then 'staged' end`,
    stagedUntil: sql`case when ${waits} then ${stageEnd(deps)} end`,
    deployApproved: upload.deployApproved,
  };
  return { ...fields, ...stage, packagesIndexedAt, evaluationAttempts: 0, createdAt: now, updatedAt: now };
}

function pluginRow({ ids, clock }: OutcomeDeps, { organizationId, ownerId, kind, name }: Upload) {
  const now = clock.now();
  return { id: ids('plugin'), organizationId, ownerId, kind, name, createdAt: now, updatedAt: now };
}

/**
 * Handles an upload that the guard refused. A taken version number is a final rejection. An enabled name, an exceeded quota, a spent
 * budget or quarantined content is reported and leaves the upload open. After any other change, a worker starts again.
 */
async function resolveRefusedAccept(deps: OutcomeDeps, claim: Claim, content: AcceptedContent): Promise<UploadOutcome> {
  const { db } = deps;
  const { upload } = claim;
  const taken = await db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(matchesVersion(versionKey(upload)));
  if (taken.length > 0) {
    // A concurrent upload of the same commit won.
    const same = upload.source && upload.kind === 'extractor' && (await endAsPublished(deps, claim, content));
    return same ? { status: 'accepted', ...same, findings: [] } : rejectUpload(deps, claim, { reason: 'conflict' });
  }
  const limits = limitsOf(upload, content, deps.clock.now());
  const found = await readTogether(db, {
    enabled: selectNameEnabled(db, upload),
    exceeded: selectExceeded(db, limits),
    quarantines: selectQuarantine(deps, content),
  });
  requireNameNotEnabled(found.enabled[0]);
  requireRoom(limits, found.exceeded);
  const [same] = found.quarantines;
  if (same?.quarantined)
    throw new Problem('quarantined', quarantineMessage('The content of this archive', same.quarantined));
  // The lease was lost, the archive was released, or the level or a waiver changed.
  await requeueUpload(deps, claim);
  return { status: 'pending', upload };
}

export interface UploadRejection {
  reason: RejectionReason;
  findings?: Finding[];
  /** The install's error, if this is an install. */
  error?: InstallError | null;
}

/** Rejects the upload finally, if the claim still holds its lease. */
export async function rejectUpload(
  deps: OutcomeDeps,
  claim: Claim,
  { reason, findings = [], error = null }: UploadRejection,
): Promise<UploadOutcome> {
  const { db, clock } = deps;
  const { upload } = claim;
  const stored = await storeFindings(deps, upload.id, findings);
  const data = { because: reason, errors: findings.filter((f) => f.severity === 'error').length };
  const [[rejected]] = await db.batch([
    db
      .update(uploads)
      .set({
        ...released,
        status: 'rejected',
        rejectionReason: reason,
        refusal: error,
        findings: stored,
        updatedAt: clock.now(),
      })
      .where(holdsLease(claim))
      .returning(),
    record(deps, { ...eventOf(upload), type: 'upload.rejected', subjectId: upload.id, data }, previousChanged),
  ]);
  if (!rejected) return readOutcome(deps, upload);
  deps.defer(deps.blobs.delete([uploadKey(upload.id), repackedKey(upload.id)]));
  return { status: 'rejected', reason, upload: rejected, findings };
}

/** Reads an upload's outcome. Once the upload has ended, every call returns the same result. */
export async function readOutcome(
  deps: Pick<Deps, 'db' | 'blobs'>,
  { id }: Pick<Upload, 'id'>,
): Promise<UploadOutcome> {
  const [row] = await deps.db
    .select()
    .from(uploads)
    .leftJoin(pluginVersions, eq(pluginVersions.id, uploads.versionId))
    .where(eq(uploads.id, id));
  if (!row) throw new Error(`upload ${id} does not exist`);
  const { uploads: upload, plugin_versions: version } = row;
  if (upload.status === 'expired') return { status: 'expired', upload };
  if (upload.status === 'open' || upload.status === 'confirming') return { status: 'pending', upload };
  const findings = await loadFindings(deps, upload);
  if (upload.status === 'accepted' && version) return { status: 'accepted', upload, version, findings };
  return { status: 'rejected', reason: upload.rejectionReason ?? 'content', upload, findings };
}

function eventOf({ organizationId, ownerId, createdBy }: Upload) {
  return { organizationId, namespaceId: ownerNamespace(ownerId), actor: createdBy };
}

function versionKey(upload: Upload): VersionKey {
  return { ownerId: upload.ownerId, kind: upload.kind, name: upload.name, version: upload };
}
