// Stores packages and sends them to builders in parts, so that no process holds a whole archive in memory. The store owns objects and
// rows; a builder only caches them (invariant 5). A package kept on a builder has a row but no parts (decision 43).
import { and, gt, inArray, sql } from 'drizzle-orm';
import { BuilderError } from '../../contract/builder/errors.ts';
import type { Package, StoredPackage } from '../../contract/builder/packages.ts';
import { packageTransfers } from '../../contract/limits/builder.ts';
import { sideBySide } from '../../core/side-by-side.ts';
import { insertWhere } from '../../db/client.ts';
import { environmentPackages, environments, packages } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';
import { storable } from '../../registry/storage/turns.ts';

export const packagesFolder = 'packages/';

/** All parts of a package share a folder, so they can be deleted together. */
export function packagePartKey(key: string, sha256: string): string {
  return `${packagesFolder}${key}/${sha256}`;
}

export type StoreDeps = Pick<Deps, 'db' | 'blobs' | 'builder' | 'clock' | 'storage'>;

/** SQL: the key list as one bound value. */
function listed(keys: readonly string[]) {
  return sql`(select value from json_each(${JSON.stringify(keys)}))`;
}

/** Returns the packages that the store already has. */
export async function storedPackages({ db }: Pick<Deps, 'db'>, keys: readonly string[]): Promise<StoredPackage[]> {
  return db
    .select({ key: packages.key, size_bytes: packages.sizeBytes, files: packages.files })
    .from(packages)
    .where(and(inArray(packages.key, listed(keys)), gt(packages.archiveBytes, 0)));
}

/** Stores the packages that the builder `host` installed. */
export async function storeParts(deps: StoreDeps, host: string, made: Package): Promise<void> {
  await sideBySide(made.parts, packageTransfers.partsAtOnce, async ({ sha256, size_bytes }) => {
    const key = packagePartKey(made.key, sha256);
    if (await deps.blobs.head(key)) return;
    const body = await deps.builder.getBlob(host, sha256);
    if (!body) throw new BuilderError('unreachable', 'The builder no longer has a package it installed');
    await deps.blobs.put(key, storable(deps.storage, body, size_bytes), { sha256 });
  });
}

/**
 * Writes rows for packages whose parts are stored. If workers write concurrently, the first row stays, unless it is of a package that
 * its builder kept.
 */
export async function recordPackages({ clock, db }: Pick<Deps, 'clock' | 'db'>, made: Package[]): Promise<void> {
  const createdAt = clock.now();
  const [first, ...others] = made.map(({ key, name, version, files, parts, removed, size_bytes: sizeBytes }) => {
    const archiveBytes = parts.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
    const row = { key, name, version, files, parts, removed, archiveBytes, sizeBytes, createdAt };
    return insertWhere(
      db,
      packages,
      row,
      sql`true`,
      sql`on conflict do update set parts = excluded.parts, archive_bytes = excluded.archive_bytes where ${packages.archiveBytes} = 0`,
    );
  });
  if (first) await db.batch([first, ...others]);
}

/** Sends packages to an instance's builder. Returns the keys that the store doesn't have. */
export async function sendPackages(
  deps: Pick<Deps, 'db' | 'blobs' | 'builder'>,
  id: string,
  keys: readonly string[],
): Promise<string[]> {
  const rows = await deps.db
    .select({ key: packages.key, parts: packages.parts })
    .from(packages)
    .where(inArray(packages.key, listed(keys)));
  const found = new Map(rows.map(({ key, parts }) => [key, parts.map(({ sha256 }) => sha256)]));
  const lost: string[] = [];
  await sideBySide(keys, packageTransfers.packagesAtOnce, async (key) => {
    const parts = found.get(key);
    if (!(parts?.length && (await sendParts(deps, id, key, parts)))) lost.push(key);
    else await deps.builder.putPackage(id, key, { parts });
  });
  return lost;
}

/** Returns false if a part is missing from the store. */
async function sendParts(
  { blobs, builder }: Pick<Deps, 'blobs' | 'builder'>,
  id: string,
  key: string,
  parts: readonly string[],
): Promise<boolean> {
  let isWhole = true;
  await sideBySide(parts, packageTransfers.partsAtOnce, async (sha256) => {
    const object = isWhole ? await blobs.get(packagePartKey(key, sha256)) : null;
    if (object) await builder.putBlob(id, sha256, object.body, object.size);
    else isWhole = false;
  });
  return isWhole;
}

/** Deletes the rows of packages that the store has lost, and of their environments. The next start reinstalls them. */
export async function forgetPackages({ db }: Pick<Deps, 'db'>, keys: readonly string[]): Promise<void> {
  const having = db
    .select({ key: environmentPackages.environment })
    .from(environmentPackages)
    .where(inArray(environmentPackages.package, listed(keys)));
  await db.batch([
    db.delete(environments).where(inArray(environments.key, having)),
    db.delete(packages).where(inArray(packages.key, listed(keys))),
  ]);
}
