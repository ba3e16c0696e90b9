// Applies the migration that adds `promotions` to a database that has deployments, and reads what it took from them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../migrations');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort();
const added = files.findIndex((name) => name.endsWith('_promotions.sql'));

function apply(db: DatabaseSync, names: string[]): void {
  for (const name of names) db.exec(readFileSync(join(folder, name), 'utf8'));
}

function insert(db: DatabaseSync, table: string, row: Record<string, string | number | null>): void {
  const required = db
    .prepare(`select name, type from pragma_table_info('${table}') where "notnull" and dflt_value is null`)
    .all();
  const full: Record<string, string | number | null> = Object.fromEntries(
    required.map(({ name, type }) => [String(name), type === 'text' ? '{}' : 0]),
  );
  Object.assign(full, row);
  const columns = Object.keys(full);
  db.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`).run(
    ...Object.values(full),
  );
}

function version(db: DatabaseSync, id: string, patch: number, deleted: number | null = null): void {
  insert(db, 'plugin_versions', {
    id,
    plugin_id: 'plg_1',
    owner_id: 'ns_1',
    kind: 'extractor',
    name: 'a',
    patch,
    deleted_at: deleted,
  });
}

interface Attempt {
  version: string;
  ticket: number;
  promotedAt: number | null;
}

function deployment(db: DatabaseSync, { version, ticket, promotedAt }: Attempt): void {
  const status = promotedAt === null ? 'failed' : 'promoted';
  insert(db, 'deployments', {
    id: `dep_${ticket}`,
    namespace_id: 'ns_1',
    plugin_id: 'plg_1',
    version_id: version,
    generation: ticket,
    ticket,
    type: 'realtime',
    status,
    promoted_at: promotedAt,
  });
}

test('versions that were promoted are in `promotions`, and the one that serves is the newest', () => {
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  apply(db, files.slice(0, added));
  insert(db, 'plugins', { id: 'plg_1', owner_id: 'ns_1', kind: 'extractor', name: 'a' });
  version(db, 'ver_good', 0);
  version(db, 'ver_failed', 1);
  version(db, 'ver_newer', 2);
  version(db, 'ver_deleted', 3, 400);
  deployment(db, { version: 'ver_good', ticket: 1, promotedAt: 100 });
  deployment(db, { version: 'ver_good', ticket: 2, promotedAt: 150 });
  deployment(db, { version: 'ver_failed', ticket: 3, promotedAt: null });
  deployment(db, { version: 'ver_newer', ticket: 4, promotedAt: 200 });
  deployment(db, { version: 'ver_deleted', ticket: 5, promotedAt: 300 });
  const pointer = { namespace_id: 'ns_1', last_ticket: 6, updated_at: 500 };
  insert(db, 'live_pointers', { ...pointer, subject_id: 'plg_1', target_id: 'ver_good', ticket: 6 });
  insert(db, 'live_pointers', { ...pointer, subject_id: 'ver_newer', target_id: 'dep_4', ticket: 4 });
  apply(db, files.slice(added));
  const rows = db.prepare('select version_id, ticket, promoted_at from promotions order by ticket desc').all();
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { version_id: 'ver_good', ticket: 6, promoted_at: 150 },
    { version_id: 'ver_newer', ticket: 4, promoted_at: 200 },
  ]);
});
