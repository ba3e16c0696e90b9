// Fetches an import's zip from its URL into the store, unless the source's last zip was the same.

import { and, eq } from 'drizzle-orm';
import { importLease } from '../../contract/features/advisory-imports/limits.ts';
import { advisoryImportLimits } from '../../contract/limits/scans.ts';
import type { ExternalUrlRules } from '../../core/external-url.ts';
import { previousChanged } from '../../db/client.ts';
import { keepLease } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { type Fetched, FetchFailure, fetchInto } from '../../registry/storage/fetch-into.ts';
import { ArtifactCopy } from '../../registry/storage/multipart-copy.ts';
import { type ClaimedImport, ImportLost, ImportRefused } from './claim.ts';
import { type AdvisoryImport, importKey } from './imports.ts';
import { advisoryImports, advisorySources } from './tables.ts';

export type FetchDeps = Pick<Deps, 'db' | 'clock' | 'log' | 'blobs' | 'fetch'> & ExternalUrlRules;

/** Returns the import to read; undefined if nothing changed. *Dies:* the next worker fetches again. */
export async function fetchZip(
  deps: FetchDeps,
  { lease, row }: ClaimedImport,
  url: string,
): Promise<AdvisoryImport | undefined> {
  const { db, clock } = deps;
  const [source] = await db.select().from(advisorySources).where(eq(advisorySources.url, url));
  const { status, etag, sha256, sizeBytes } = await keepLease(deps, lease, importLease, () =>
    receive(deps, importKey(row.id), { url, etag: source?.etag ?? null }),
  );
  if (status === 304 || source?.sha256 === sha256) return undefined;
  const leaseUntil = clock.now() + importLease.leaseMs;
  const [[fetched]] = await db.batch([
    db.update(advisoryImports).set({ status: 'reading', sizeBytes, leaseUntil }).where(lease.isHeld).returning(),
    db
      .update(advisorySources)
      .set({ etag, sha256 })
      .where(and(eq(advisorySources.url, url), previousChanged)),
  ]);
  if (!fetched) throw new ImportLost();
  return fetched;
}

async function receive(
  deps: FetchDeps,
  key: string,
  { url, etag }: { url: string; etag: string | null },
): Promise<Fetched> {
  const { fetch: limits, zipBytesMax } = advisoryImportLimits;
  const copy = new ArtifactCopy(deps.blobs, key, zipBytesMax);
  const known: Record<string, string> = etag === null ? {} : { 'if-none-match': etag };
  const headers = { 'user-agent': 'Slipway-Advisories/1', ...known };
  try {
    const fetched = await fetchInto(deps, { url, organization: undefined, headers }, copy, limits);
    if (fetched.status === 304) await copy.abort();
    else await copy.complete();
    return fetched;
  } catch (error) {
    await copy.abort();
    if (!(error instanceof FetchFailure)) throw error;
    throw new ImportRefused(`The URL could not be fetched: ${error.message}`);
  }
}
