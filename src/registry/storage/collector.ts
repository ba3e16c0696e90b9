// Deletes stored objects that nothing refers to, because a process died between writing object and row, an upload was rejected, or what
// they belong to is gone. Each folder of the store says what keeps its objects. Young objects are left alone, because their row may still
// be written.
import { type SQL, sql } from 'drizzle-orm';
import { readWalk, recordWalk } from '../../db/walks.ts';
import type { Deps } from '../../deps.ts';

export interface Folder {
  prefix: string;
  /** Objects younger than this aren't looked at, in milliseconds. */
  keptMs?: number;
  /** Objects per page, if not the usual number. */
  limit?: number;
  /** Returns the keys of those objects that nothing needs. All were stored before the time `before`, if `keptMs` is given. */
  unused(deps: Deps, objects: R2Object[], before: number): Promise<string[]>;
}

/** D1 binds at most 100 parameters. */
const pageMax = 90;

/**
 * Collects one page of a folder. Continues where the last sweep stopped; starts over after the last page. *Dies:* the page is
 * collected again.
 */
export async function collect(deps: Deps, { prefix, keptMs, limit = pageMax, unused }: Folder): Promise<void> {
  const { db, blobs, clock } = deps;
  const after = await readWalk(db, prefix);
  const page = await blobs.list({ prefix, limit, ...(after ? { startAfter: after } : {}) });
  const before = clock.now() - (keptMs ?? 0);
  const old = page.objects.filter(({ uploaded }) => keptMs === undefined || uploaded.getTime() < before);
  const keys = await unused(deps, old, before);
  if (keys.length > 0) await blobs.delete(keys);
  const lastKey = page.truncated ? (page.objects.at(-1)?.key ?? null) : null;
  if (lastKey !== after) await recordWalk(db, prefix, lastKey);
}

/** Collects a page of each folder. A folder that fails doesn't keep the others from being collected. */
export async function collectAll(deps: Deps, folders: readonly Folder[]): Promise<void> {
  const failed: [string, unknown][] = [];
  for (const folder of folders)
    await collect(deps, folder).catch((cause: unknown) => failed.push([folder.prefix, cause]));
  if (failed.length === 0) return;
  const causes = failed.map(([, cause]) => cause);
  throw new AggregateError(causes, failed.map(([prefix, cause]) => `${prefix}: ${cause}`).join('; '));
}

/** Returns the keys of the objects for which `isUsed` doesn't hold. It gets the SQL of an object's name in the folder. */
export async function unreferenced(
  { db }: Pick<Deps, 'db'>,
  prefix: string,
  objects: readonly R2Object[],
  isUsed: (name: SQL) => SQL,
): Promise<string[]> {
  if (objects.length === 0) return [];
  const keys = JSON.stringify(objects.map(({ key }) => key));
  const name = sql`substr(stored.value, ${prefix.length + 1})`;
  const rows = await db.all<{ key: string }>(
    sql`select stored.value as key from json_each(${keys}) stored where not ${isUsed(name)}`,
  );
  return rows.map(({ key }) => key);
}
