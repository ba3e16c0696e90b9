// The functions that a Go plugin's program reaches. The list is stored once per source, because it is too large for a row.
import { sql } from 'drizzle-orm';
import { parseReached, type ReachedFunctions } from '../../contract/builder/analyses.ts';
import { retention } from '../../contract/limits/retention.ts';
import { readPieces } from '../../core/paced-bytes.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { sweepFolder } from '../../registry/storage/orphaned-objects.ts';

const folder = 'reached-functions/';

export async function storeReached({ blobs }: Pick<Deps, 'blobs'>, sha256: string, functions: string): Promise<void> {
  await blobs.put(folder + sha256, functions);
}

/** Returns undefined if the source's functions aren't stored. */
export async function readReached(
  { blobs }: Pick<Deps, 'blobs'>,
  sha256: string,
): Promise<ReachedFunctions | undefined> {
  const object = await blobs.get(folder + sha256);
  if (!object) return undefined;
  const decoder = new TextDecoder();
  let functions = '';
  for await (const piece of readPieces(object.body)) functions += decoder.decode(piece, { stream: true });
  return parseReached(functions);
}

export function sweepReachedFunctions(deps: Parameters<typeof sweepFolder>[0]): Promise<void> {
  return sweepFolder(deps, folder, orphanedFunctions);
}

/** Returns the lists of sources that no version has any more, or not yet after a day. */
async function orphanedFunctions({ db, clock }: Pick<Deps, 'db' | 'clock'>, objects: R2Object[]): Promise<string[]> {
  const before = clock.now() - retention.deletedContentMs;
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < before).map(({ key }) => key.slice(folder.length));
  if (old.length === 0) return [];
  const isUsed = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.sha256} = source.value and (${pluginVersions.deletedAt} is null or ${pluginVersions.deletedAt} >= ${before}))`;
  const rows = await db.all<{ sha256: string }>(
    sql`select source.value as sha256 from json_each(${JSON.stringify(old)}) source where not ${isUsed}`,
  );
  return rows.map(({ sha256 }) => folder + sha256);
}
