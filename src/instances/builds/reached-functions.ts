// The functions that a Go plugin's program reaches. The list is stored once per source, because it is too large for a row.
import { sql } from 'drizzle-orm';
import { parseReached, type ReachedFunctions } from '../../contract/builder/analyses.ts';
import { retention } from '../../contract/limits/retention.ts';
import { readPieces } from '../../core/paced-bytes.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type Folder, unreferenced } from '../../registry/storage/collector.ts';

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

/** Lists of sources that no version has any more, or not yet after a day. */
export const reachedFunctions: Folder = {
  prefix: folder,
  keptMs: retention.deletedContentMs,
  unused: (deps, objects, before) =>
    unreferenced(
      deps,
      folder,
      objects,
      (name) =>
        sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.sha256} = ${name} and (${pluginVersions.deletedAt} is null or ${pluginVersions.deletedAt} >= ${before}))`,
    ),
};
