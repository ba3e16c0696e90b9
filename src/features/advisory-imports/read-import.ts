// Reads an import in slices, each started by a message. The row says how many files are read, and each batch of records moves that
// number, so a worker that takes over repeats nothing but the batch in which the other died.
import { sql } from 'drizzle-orm';
import { matchesLeft } from '../../advisories/find-affected.ts';
import { matchChanged } from '../../advisories/match.ts';
import { storeStatements, withDigest } from '../../advisories/store-records.ts';
import { importLease } from '../../contract/features/advisory-imports/limits.ts';
import { advisoryImportLimits } from '../../contract/limits/scans.ts';
import type { AdvisoryImportId } from '../../core/ids.ts';
import { LoopTurns } from '../../core/turns.ts';
import { runInOrder } from '../../db/client.ts';
import { released } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { setAside, whileMarked } from '../../events/set-aside.ts';
import type { Advisory } from '../../osv/record.ts';
import { r2Source } from '../../registry/storage/r2-archive.ts';
import { type ClaimedImport, claimImport, ImportLost, ImportRefused } from './claim.ts';
import { type FetchDeps, fetchZip } from './fetch-zip.ts';
import { type AdvisoryImport, endStatements, importKey } from './imports.ts';
import { advisoryImports } from './tables.ts';
import { type FileReading, listFiles, readFiles } from './zip-records.ts';

type ReadDeps = FetchDeps & Pick<Deps, 'marks' | 'queues'>;

/** Works on the import for a while, if no other worker does. Then sends the next message, or ends the import. */
export async function readImport(deps: ReadDeps, id: AdvisoryImportId): Promise<void> {
  const claimed = await claimImport(deps, id);
  if (!claimed) return;
  const { lease, row } = claimed;
  try {
    const reason = await setAside(deps, {
      ...{ id, tries: row.attempts, triesMax: importLease.attemptsMax },
      message: { v: 1, type: 'read-advisories', id },
    });
    if (reason !== undefined) throw new ImportRefused(`Slipway stopped trying to read the zip: ${reason}`);
    if (await whileMarked(deps, { id }, () => readForAWhile(deps, claimed))) return await end(deps, claimed, null);
    await deps.db.update(advisoryImports).set(released).where(lease.isHeld);
    await deps.queues.artifacts.send({ v: 1, type: 'read-advisories', id });
  } catch (error) {
    if (error instanceof ImportLost) return;
    if (error instanceof ImportRefused) return end(deps, claimed, error.message);
    await deps.db.update(advisoryImports).set(released).where(lease.isHeld);
    throw error;
  }
}

async function end(deps: ReadDeps, { lease, row }: ClaimedImport, error: string | null): Promise<void> {
  await deps.db.batch(endStatements(deps, row, { error, isHeld: lease.isHeld }));
  await deps.blobs.delete(importKey(row.id));
}

/** Returns whether all records are read, and the versions that they affect are found. */
async function readForAWhile(deps: ReadDeps, { lease, row }: ClaimedImport): Promise<boolean> {
  const { blobs, clock } = deps;
  const until = clock.now() + advisoryImportLimits.sliceMs;
  const opened = row.status === 'open' && row.url !== null ? await fetchZip(deps, { lease, row }, row.url) : row;
  if (!opened) return true;
  const key = importKey(row.id);
  const object = await blobs.head(key);
  if (!object) throw new ImportRefused('The zip is no longer in the store. Import it again.');
  const turns = new LoopTurns();
  const source = r2Source(blobs, { key, size: object.size, etag: object.etag });
  const files = await listFiles(source, turns);
  const batch = new RecordBatch(deps, { lease, row: { ...opened, files: files.length } });
  for await (const read of readFiles(source, files.slice(opened.cursor), { now: clock.now(), turns })) {
    batch.add(read);
    if (batch.isFull) await batch.store();
    if (clock.now() >= until || batch.stored >= advisoryImportLimits.sliceBatches) {
      await batch.store();
      return false;
    }
  }
  await batch.store();
  const isLeft = matchesLeft();
  return matchChanged(deps, () => clock.now() < until && isLeft());
}

/** Records that are read but not yet stored, and the import's progress with them. */
class RecordBatch {
  readonly #deps: ReadDeps;
  readonly #claimed: ClaimedImport;
  #progress: Pick<AdvisoryImport, 'counts' | 'cursor'>;
  #records = new Map<string, Advisory>();
  #unstored = 0;
  #bytes = 0;
  /** Number of batches written. */
  stored = 0;

  constructor(deps: ReadDeps, claimed: ClaimedImport) {
    this.#deps = deps;
    this.#claimed = claimed;
    this.#progress = { counts: { ...claimed.row.counts }, cursor: claimed.row.cursor };
  }

  add(read: FileReading): void {
    const { counts } = this.#progress;
    this.#progress.cursor += 1;
    this.#unstored += 1;
    if ('refused' in read) {
      counts.invalid += 1;
      counts.first_invalid ??= read.refused.slice(0, 500);
      return;
    }
    const { record } = read;
    counts.records += 1;
    counts.git_ranges += record.gitRanges;
    counts.kept += Number(record.packages.length > 0);
    const other = this.#records.get(record.id);
    if (other && other.modifiedAt > record.modifiedAt) return;
    this.#records.set(record.id, record);
    // All of it becomes parameters of a statement, whose size the database limits.
    this.#bytes += JSON.stringify(record).length;
  }

  get isFull(): boolean {
    const { recordsAtOnce, recordsBytesAtOnce } = advisoryImportLimits;
    return this.#unstored >= recordsAtOnce || this.#bytes >= recordsBytesAtOnce;
  }

  /** Writes the records and the progress in one batch. Throws if another worker has the import. */
  async store(): Promise<void> {
    const { clock, db } = this.#deps;
    const { lease, row } = this.#claimed;
    const records = await Promise.all([...this.#records.values()].map(withDigest));
    const [advise, ...rest] = storeStatements(this.#deps, records, row.id);
    const { counts, cursor } = this.#progress;
    const now = clock.now();
    const renewed = { leaseUntil: now + importLease.leaseMs, attempts: 0, updatedAt: now };
    // Right after the statement whose changes it counts.
    const counted = sql`json_set(${JSON.stringify(counts)}, '$.changed', ${counts.changed} + changes())`;
    const move = db
      .update(advisoryImports)
      .set({ ...renewed, cursor, counts: counted, files: row.files })
      .where(lease.isHeld)
      .returning({ counts: advisoryImports.counts });
    const { moved } = await runInOrder(db, [{}, [advise], { moved: move }, rest]);
    const [held] = moved;
    if (!held) throw new ImportLost();
    counts.changed = held.counts.changed;
    this.#records = new Map();
    this.#unstored = 0;
    this.#bytes = 0;
    this.stored += 1;
  }
}
