// The end of an upload: accepted as a version, or rejected for good. Either is one batch; a repeat of confirm reads it back.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { namespaceOf } from '../../access/owners.ts';
import type { Finding } from '../../contract/finding.ts';
import type { BuildOutput, Definition, GitSource, InstallError } from '../../contract/go-plugins.ts';
import type { Manifest } from '../../contract/manifest.ts';
import type { Verdict } from '../../contract/states.ts';
import { insertWhere, previousChanged, type Statement } from '../../db/client.ts';
import { pluginQuota, requireQuota, selectUsage, storageQuota } from '../../db/quotas.ts';
import { plugins, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { notReleasedSince } from '../storage/archives.ts';
import { loadFindings, storeFindings } from '../storage/stored-findings.ts';
import { activateStatements } from '../versions/active-version.ts';
import { matchesVersion, type PluginVersion, type VersionKey, versionSlug } from '../versions/versions.ts';
import { isNameEnabled, requireNameNotEnabled, selectNameEnabled } from '../versions/visible-versions.ts';
import { type Claim, holdsLease, repackedKey, requeueUpload, type Upload, uploadKey } from './uploads.ts';

export type UploadOutcome =
  | { status: 'accepted'; upload: Upload; version: PluginVersion; findings: Finding[] }
  | { status: 'rejected'; because: NonNullable<Upload['rejectionReason']>; upload: Upload; findings: Finding[] }
  | { status: 'expired'; upload: Upload }
  | { status: 'pending'; upload: Upload };

type VerdictDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'ids' | 'defer' | 'queues' | 'log'>;

/** What is known of an accepted upload when it becomes a version. */
export interface AcceptedContent {
  sha256: string;
  uploadSha256: string;
  sizeBytes: number;
  manifest: Manifest | null;
  /** Of a plugin in Go. */
  source?: GitSource;
  definition?: Definition | null;
  built?: BuildOutput;
  hasRealtime: boolean;
  featureUri: string;
  findings: Finding[];
  verdict: Verdict;
  evaluatedPolicy: number;
  scan: { scanId: SQL; save(condition: SQL): Statement };
  /** What the verdict was made by must still hold when it is acted on; the events tell of waivers that were used. */
  basis: { holds: SQL; record(accepted: SQL): Statement[] };
}

/**
 * One batch: the guard accepts the upload if this claim still holds it, its number is free, its name hides no enabled plugin, the
 * quota allows it and the verdict would still be the same; the version, the active version and the events hang on that.
 */
export async function acceptUpload(deps: VerdictDeps, claim: Claim, content: AcceptedContent): Promise<UploadOutcome> {
  const { db, ids, clock } = deps;
  const { upload } = claim;
  const now = clock.now();
  const versionId = ids('version');
  const accepted = sql`exists (select 1 from ${uploads} where ${uploads.id} = ${upload.id} and ${uploads.versionId} = ${versionId})`;
  const named = and(eq(plugins.ownerId, upload.ownerId), eq(plugins.kind, upload.kind), eq(plugins.name, upload.name));
  const pluginId = sql`(select ${plugins.id} from ${plugins} where ${named})`;
  const event = {
    organizationId: upload.organizationId,
    namespaceId: namespaceOf(upload.ownerId),
    actor: upload.createdBy,
  };
  const { scan, findings, basis, ...facts } = content;
  const stored = await storeFindings(deps, upload.id, findings);
  const version = {
    ...facts,
    organizationId: upload.organizationId,
    ownerId: upload.ownerId,
    kind: upload.kind,
    name: upload.name,
    major: upload.major,
    minor: upload.minor,
    patch: upload.patch,
    description: upload.description,
    message: upload.message,
    createdBy: upload.createdBy,
    id: versionId,
    pluginId,
    scanId: scan.scanId,
    evaluationAttempts: 0,
    createdAt: now,
    updatedAt: now,
  };
  const [, , , , , , , , [after], [published]] = await db.batch([
    db
      .update(uploads)
      .set({ status: 'accepted', versionId, leaseToken: null, leaseUntil: null, findings: stored, updatedAt: now })
      .where(
        and(
          holdsLease(claim),
          sql`not exists (select 1 from ${pluginVersions} where ${matchesVersion(numberOf(upload))})`,
          sql`not ${isNameEnabled(upload)}`,
          pluginQuota(upload).hasRoom,
          storageQuota(upload.organizationId, content).hasRoom,
          notReleasedSince(content.sha256, upload.updatedAt),
          basis.holds,
        ),
      ),
    scan.save(accepted),
    insertWhere(
      db,
      plugins,
      {
        id: ids('plugin'),
        organizationId: upload.organizationId,
        ownerId: upload.ownerId,
        kind: upload.kind,
        name: upload.name,
        createdAt: now,
        updatedAt: now,
      },
      accepted,
      sql`on conflict do nothing`,
    ),
    insertWhere(db, pluginVersions, version, accepted),
    record(
      deps,
      {
        ...event,
        type: 'version.published',
        subjectId: versionId,
        data: { upload_id: upload.id, plugin_id: versionSlug(upload), sha256: content.sha256 },
      },
      accepted,
    ),
    ...activateStatements(deps, { pluginId, versionId, condition: and(accepted, isHigherThanActive(upload)), event }),
    db.select().from(uploads).where(eq(uploads.id, upload.id)),
    db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    ...basis.record(accepted),
  ]);
  if (!after || !published) return refuseNumber(deps, claim, content);
  deps.defer(deps.blobs.delete([uploadKey(upload.id), repackedKey(upload.id)]));
  return { status: 'accepted', upload: after, version: published, findings };
}

/**
 * Why the guard refused: the number was taken meanwhile (final), the name is enabled from the organization or the quota is used up
 * (the upload stays open), or the claim was lost.
 */
async function refuseNumber(deps: VerdictDeps, claim: Claim, content: AcceptedContent): Promise<UploadOutcome> {
  const { db } = deps;
  const { upload } = claim;
  const taken = await db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(matchesVersion(numberOf(upload)));
  if (taken.length > 0) return rejectUpload(deps, claim, 'conflict', []);
  const names = pluginQuota(upload);
  const storage = storageQuota(upload.organizationId, content);
  const [[enabled], [nameUsage], [storageUsage]] = await db.batch([
    selectNameEnabled(db, upload),
    selectUsage(db, names),
    selectUsage(db, storage),
  ]);
  requireNameNotEnabled(enabled);
  requireQuota(names, nameUsage);
  requireQuota(storage, storageUsage);
  // The claim was lost, the archive was given up, or the level or a waiver changed meanwhile: whoever claims next begins anew.
  await requeueUpload(deps, claim);
  return { status: 'pending', upload };
}

export async function rejectUpload(
  deps: VerdictDeps,
  claim: Claim,
  because: NonNullable<Upload['rejectionReason']>,
  findings: Finding[],
  refusal: InstallError | null = null,
): Promise<UploadOutcome> {
  const { db, clock } = deps;
  const { upload } = claim;
  const event = {
    organizationId: upload.organizationId,
    namespaceId: namespaceOf(upload.ownerId),
    actor: upload.createdBy,
  };
  const stored = await storeFindings(deps, upload.id, findings);
  const [[rejected]] = await db.batch([
    db
      .update(uploads)
      .set({
        status: 'rejected',
        rejectionReason: because,
        refusal,
        findings: stored,
        leaseToken: null,
        leaseUntil: null,
        updatedAt: clock.now(),
      })
      .where(holdsLease(claim))
      .returning(),
    record(
      deps,
      {
        ...event,
        type: 'upload.rejected',
        subjectId: upload.id,
        data: { because, errors: findings.filter((f) => f.severity === 'error').length },
      },
      previousChanged,
    ),
  ]);
  if (!rejected) return readOutcome(deps, upload);
  deps.defer(deps.blobs.delete([uploadKey(upload.id), repackedKey(upload.id)]));
  return { status: 'rejected', because, upload: rejected, findings };
}

/** What became of an upload, read back: the same answer however often it is asked. */
export async function readOutcome(
  deps: Pick<Deps, 'db' | 'blobs'>,
  { id }: Pick<Upload, 'id'>,
): Promise<UploadOutcome> {
  const [row] = await deps.db
    .select()
    .from(uploads)
    .leftJoin(pluginVersions, eq(pluginVersions.id, uploads.versionId))
    .where(eq(uploads.id, id));
  if (!row) throw new Error(`upload ${id} is gone`);
  const { uploads: upload, plugin_versions: version } = row;
  if (upload.status === 'expired') return { status: 'expired', upload };
  if (upload.status === 'open' || upload.status === 'confirming') return { status: 'pending', upload };
  const findings = await loadFindings(deps, upload);
  if (upload.status === 'accepted' && version) return { status: 'accepted', upload, version, findings };
  return { status: 'rejected', because: upload.rejectionReason ?? 'content', upload, findings };
}

function numberOf(upload: Upload): VersionKey {
  return { ownerId: upload.ownerId, kind: upload.kind, name: upload.name, version: upload };
}

function isHigherThanActive(upload: Upload): SQL {
  return sql`coalesce(
    (select (${upload.major}, ${upload.minor}, ${upload.patch}) > (v.major, v.minor, v.patch) from ${pluginVersions} v where v.id = ${plugins.activeVersionId} and v.deleted_at is null),
    1)`;
}
