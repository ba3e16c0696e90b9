// Lists the stored objects that belong to an exported row.
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import type { OrganizationId } from '../../core/ids.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { models } from '../../db/schema/models.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import { runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { artifactKey } from '../../instances/builds/builds.ts';
import { modelKey } from '../../models/model-keys.ts';
import { archiveKey } from '../../registry/storage/archives.ts';
import { runsFolder } from '../../registry/storage/runs-folder.ts';
import type { ExportedTable } from './exported-tables.ts';

export type Row = Record<string, unknown>;

/** Where a row's objects are: under keys, or in a folder with any number of objects. */
type Place = { keys: readonly string[] } | { folder: string };

const builtSchema = z.object({ artifact: z.object({ sha256: z.string() }) });
const text = (row: Row, column: string) => String(row[column]);

const places = new Map<SQLiteTable, (row: Row, id: OrganizationId) => Place>([
  [pluginVersions, (row) => ({ keys: row.quarantined ? [] : [archiveKey(text(row, 'sha256')), ...builtKeys(row)] })],
  [models, (row, id) => ({ keys: [modelKey(id, text(row, 'sha256'))] })],
  [deployments, (row) => ({ folder: `logs/${text(row, 'id')}/` })],
  [runs, (row) => ({ folder: `${runsFolder}${text(row, 'id')}/` })],
  [laterCallRows, (row) => ({ folder: `later-calls/${text(row, 'id')}/` })],
]);

function builtKeys(row: Row): string[] {
  const built = builtSchema.safeParse(row.built);
  return built.success ? [artifactKey(built.data.artifact.sha256)] : [];
}

function placeOf({ objects, table }: ExportedTable, row: Row, id: OrganizationId): Place | undefined {
  return objects ? { keys: objects(row) } : places.get(table)?.(row, id);
}

/** Yields objects in pages, with one store request per page. Leaves out missing objects. */
export async function* listObjects(
  { blobs }: Pick<Deps, 'blobs'>,
  { table, row, organizationId }: { table: ExportedTable; row: Row; organizationId: OrganizationId },
): AsyncGenerator<Pick<R2Object, 'key' | 'size'>[]> {
  const place = placeOf(table, row, organizationId);
  if (place === undefined) return;
  if ('keys' in place) {
    for (const key of place.keys) {
      const object = await blobs.head(key);
      yield object ? [object] : [];
    }
    return;
  }
  for (let startAfter: string | undefined; ; ) {
    const page = await blobs.list({ prefix: place.folder, ...(startAfter === undefined ? {} : { startAfter }) });
    yield page.objects;
    if (!page.truncated) return;
    startAfter = page.objects.at(-1)?.key;
  }
}
