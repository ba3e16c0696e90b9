// Stores advisories in one round trip. Writes only those that differ from what is stored, and marks those that concern stored versions
// for matching.
import { inArray, sql } from 'drizzle-orm';
import { advisoryImportLimits } from '../contract/limits/scans.ts';
import { sha256Hex } from '../core/digest.ts';
import type { AdvisoryImportId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { advisories, advisoryPackages, packageVersions, versionAdvisories } from '../db/schema/advisories.ts';
import type { Deps } from '../deps.ts';
import type { Advisory } from '../osv/record.ts';

type StoreDeps = Pick<Deps, 'db' | 'clock'>;

type Stored = Omit<Advisory, 'gitRanges'> & { digest: string };

export async function withDigest({ gitRanges: _, ...advisory }: Advisory): Promise<Stored> {
  return { ...advisory, digest: await sha256Hex(JSON.stringify(advisory)) };
}

/**
 * Builds the statements that store the advisories, for one batch. The first one changes the advisories that are new or differ; an older
 * edition of a stored one is ignored, unless that one is from the future. One that names no package is only stored instead of another
 * edition, which may have named some. An advisory is due if it names a package that some version contains, or if it has hits. A version
 * that is indexed after this batch is compared with the advisory then.
 */
export function storeStatements(
  { db, clock }: StoreDeps,
  records: readonly Stored[],
  importId: AdvisoryImportId,
): [Statement, ...Statement[]] {
  const now = clock.now();
  const rows = JSON.stringify(
    records.map(({ packages, ...row }) => ({ ...row, concerns: Number(packages.length > 0) })),
  );
  const subjects = JSON.stringify(
    records.flatMap(({ id, packages }) => packages.map((one) => [id, one.ecosystem, one.name, one.affected])),
  );
  const editions = JSON.stringify(records.map(({ digest, id }) => [id, digest]));
  const changed = sql`(select a.id from json_each(${editions}) e cross join ${advisories} a on a.id = e.value ->> 0 and a.digest = e.value ->> 1 and a.updated_at = ${now})`;
  const isWanted = sql`(r.value ->> 'concerns' or exists (select 1 from ${advisories} where ${advisories.id} = r.value ->> 'id'))`;
  const hasHits = sql`exists (select 1 from ${versionAdvisories} where ${versionAdvisories.advisoryId} = ${advisories.id})`;
  const isUsed = sql`exists (select 1 from ${advisoryPackages} cross join ${packageVersions} on ${packageVersions.ecosystem} = ${advisoryPackages.ecosystem} and ${packageVersions.name} = ${advisoryPackages.name} where ${advisoryPackages.advisoryId} = ${advisories.id})`;
  return [
    db
      .insert(advisories)
      .select(
        sql`select r.value ->> 'id', r.value -> 'aliases', r.value ->> 'summary', r.value ->> 'severity', r.value ->> 'publishedAt', r.value ->> 'modifiedAt', r.value ->> 'withdrawnAt', r.value ->> 'digest', 0, ${importId}, ${now} from json_each(${rows}) r where ${isWanted} on conflict do update set aliases = excluded.aliases, summary = excluded.summary, severity = excluded.severity, published_at = excluded.published_at, modified_at = excluded.modified_at, withdrawn_at = excluded.withdrawn_at, digest = excluded.digest, import_id = excluded.import_id, updated_at = excluded.updated_at where excluded.digest <> ${advisories.digest} and (excluded.modified_at >= ${advisories.modifiedAt} or ${advisories.modifiedAt} > ${now + advisoryImportLimits.futureMs})`,
      ),
    db.delete(advisoryPackages).where(inArray(advisoryPackages.advisoryId, changed)),
    db
      .insert(advisoryPackages)
      .select(
        sql`select s.value ->> 0, s.value ->> 1, s.value ->> 2, s.value -> 3 from json_each(${subjects}) s where s.value ->> 0 in ${changed}`,
      ),
    db
      .update(advisories)
      .set({ matchDue: true })
      .where(sql`${advisories.id} in ${changed} and (${hasHits} or ${isUsed})`),
  ];
}
