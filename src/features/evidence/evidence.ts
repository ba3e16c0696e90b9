// Signs versions' due statements: right after an acceptance, an approval or a lock, and in the sweep. Signing may repeat, since the
// first row of a type stays. *Dies:* `evidence_at` is still null, so the sweep signs the version.
import { and, asc, eq, getTableColumns, isNull, sql } from 'drizzle-orm';
import type { EvidenceType, Statement } from '../../contract/features/evidence/evidence.ts';
import { signingLimits } from '../../contract/features/evidence/limits.ts';
import type { VersionId } from '../../core/ids.ts';
import { LoopTurns } from '../../core/turns.ts';
import { insertWhere, readTogether, type Statement as SqlStatement } from '../../db/client.ts';
import { pluginLocks } from '../../db/schema/environments.ts';
import { pluginVersions, scans, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { pickSome } from '../../events/send-all.ts';
import { setAside, whileMarked } from '../../events/set-aside.ts';
import type { VersionChange } from '../../points.ts';
import { loadFindings } from '../../registry/storage/stored-findings.ts';
import { signStatement } from './envelope.ts';
import { currentSigner, isStillCurrent, type Signer, selectCurrentKey } from './signing-keys.ts';
import { dueTypes, type Facts, lockStatement, provenanceStatement, verdictStatement } from './statements.ts';
import { evidence } from './tables.ts';

/** The left-out columns are large, and aren't signed. */
const { capabilities: _, manifest: __, ...signedColumns } = getTableColumns(pluginVersions);

export type EvidenceDeps = Pick<
  Deps,
  'db' | 'blobs' | 'clock' | 'dataKey' | 'log' | 'marks' | 'publicUrl' | 'hosts' | 'storage'
>;

/**
 * Signs the versions' due statements that aren't signed yet. Two D1 round trips. A version that fails is logged, and stays due, as does
 * one that made Slipway hang.
 */
export async function ensureEvidence(deps: EvidenceDeps, ...ids: VersionId[]): Promise<void> {
  const { keys, all, signed } = await readFacts(deps, ids);
  if (all.length === 0) return;
  const signer = await currentSigner(deps, keys);
  const turns = new LoopTurns();
  const statements: SqlStatement[] = [];
  for (const facts of all) {
    const { id, organizationId } = facts.version;
    const work = { id: `evidence ${id}`, organizationId };
    if ((await setAside(deps, { ...work, message: null, tries: 1, triesMax: 1 })) !== undefined) continue;
    try {
      const missing = dueTypes(facts).filter((type) => !signed.has(`${id}/${type}`));
      await whileMarked(deps, work, async () => {
        for (const type of missing) {
          const made = await makeStatement(deps, type, facts);
          const envelope = JSON.stringify(await signStatement(signer, made));
          statements.push(insertEvidence(deps, signer, facts, { type, envelope }));
          await turns.spend(envelope.length);
        }
      });
      statements.push(recordSigned(deps, id));
    } catch (cause) {
      deps.log.error('evidence.not_signed', { version: id, cause });
    }
  }
  const [first, ...rest] = statements;
  if (first) await deps.db.batch([first, ...rest]);
}

/** Reads what the statements about the versions are made from, and which ones exist. */
async function readFacts({ db }: Pick<Deps, 'db'>, ids: VersionId[]) {
  const given = sql`(select value from json_each(${JSON.stringify(ids)}))`;
  const firstUploads = sql`(select min(${uploads.id}) from ${uploads} where ${uploads.versionId} in ${given} group by ${uploads.versionId})`;
  const theirScans = sql`(select ${pluginVersions.scanId} from ${pluginVersions} where ${pluginVersions.id} in ${given})`;
  const found = await readTogether(db, {
    keys: selectCurrentKey(db),
    versions: db
      .select(signedColumns)
      .from(pluginVersions)
      .where(and(sql`${pluginVersions.id} in ${given}`, isNull(pluginVersions.deletedAt))),
    uploads: db.select().from(uploads).where(sql`${uploads.id} in ${firstUploads}`),
    scans: db.select().from(scans).where(sql`${scans.id} in ${theirScans}`),
    locks: db.select().from(pluginLocks).where(sql`${pluginLocks.versionId} in ${given}`),
    signed: db
      .select({ versionId: evidence.versionId, type: evidence.type })
      .from(evidence)
      .where(sql`${evidence.versionId} in ${given}`),
  });
  const uploadOf = new Map(found.uploads.map((upload) => [upload.versionId, upload]));
  const lockOf = new Map(found.locks.map((lock) => [lock.versionId, lock]));
  const scanOf = new Map(found.scans.map((scan) => [scan.id, scan]));
  const all = found.versions.flatMap((version): Facts[] => {
    const scan = scanOf.get(version.scanId);
    return scan ? [{ version, scan, upload: uploadOf.get(version.id), lock: lockOf.get(version.id) }] : [];
  });
  return { keys: found.keys, all, signed: new Set(found.signed.map(({ versionId, type }) => `${versionId}/${type}`)) };
}

async function makeStatement(deps: EvidenceDeps, type: EvidenceType, facts: Facts): Promise<Statement> {
  const { lock, upload, scan } = facts;
  if (type === 'verdict') return verdictStatement(deps, facts, await loadFindings(deps, upload ?? scan));
  return type === 'lock' && lock ? lockStatement({ ...facts, lock }) : provenanceStatement(deps, facts);
}

/** Stores nothing if the version was deleted or decided, or the key replaced, while this worker signed. */
function insertEvidence(
  { db, clock }: EvidenceDeps,
  signer: Signer,
  { version: { decision, id } }: Facts,
  { type, envelope }: { type: EvidenceType; envelope: string },
): SqlStatement {
  const row = { versionId: id, type, keyId: signer.keyid, envelope, createdAt: clock.now() };
  const isDecided = sql`(${pluginVersions.decision} ->> '$.at') is ${decision?.at ?? null}`;
  const isPublished = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${id} and ${pluginVersions.deletedAt} is null and ${isDecided})`;
  return insertWhere(db, evidence, row, sql`${isPublished} and ${isStillCurrent(signer)}`, sql`on conflict do nothing`);
}

/** Records that nothing is due, unless the version got a lock or an approval, or the key was replaced, while this worker signed. */
function recordSigned({ db, clock }: EvidenceDeps, id: VersionId): SqlStatement {
  const isSigned = (type: EvidenceType) =>
    sql`exists (select 1 from ${evidence} where ${evidence.versionId} = ${id} and ${evidence.type} = ${type})`;
  const isAccepted = sql`coalesce(${pluginVersions.stage}, 'approved') = 'approved'`;
  const hasLock = sql`exists (select 1 from ${pluginLocks} where ${pluginLocks.versionId} = ${id})`;
  return db
    .update(pluginVersions)
    .set({ evidenceAt: clock.now() })
    .where(
      and(
        eq(pluginVersions.id, id),
        isSigned('provenance'),
        sql`(not ${isAccepted} or ${isSigned('verdict')})`,
        sql`(not ${hasLock} or ${isSigned('lock')})`,
      ),
    );
}

/**
 * Builds the statements that make a version's evidence due again, for the batch that changes it. A verdict that was signed before anyone
 * approved the version is signed again with the approval.
 */
export function requireEvidence(db: Deps['db'], { change, id, isChanged }: VersionChange): SqlStatement[] {
  const isDue = db
    .update(pluginVersions)
    .set({ evidenceAt: null })
    .where(and(eq(pluginVersions.id, id), isChanged));
  if (change === 'locked') return [isDue];
  const isVerdict = and(eq(evidence.versionId, id), eq(evidence.type, 'verdict'), isChanged);
  return [isDue, db.delete(evidence).where(isVerdict)];
}

/** Selects versions with due evidence. The condition is literal, to match the index. */
export function selectEvidenceDue({ db }: Pick<Deps, 'db'>) {
  return db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(and(sql`${pluginVersions.evidenceAt} is null`, isNull(pluginVersions.deletedAt)))
    .orderBy(asc(pluginVersions.id))
    .limit(2 * signingLimits.perSweep);
}

/** Signs the evidence of versions that were published before there was any, or whose worker died. */
export async function sweepEvidence(deps: EvidenceDeps): Promise<void> {
  const due = pickSome(await selectEvidenceDue(deps), signingLimits.perSweep).map(({ id }) => id);
  const { together: size } = signingLimits;
  for (let at = 0; at < due.length; at += size) await ensureEvidence(deps, ...due.slice(at, at + size));
}
