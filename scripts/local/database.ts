// Opens the local D1 database from Node before the Worker does, and applies migrations/. Creates the state folder's organization, and
// stores its key in local.json with the server's URL.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { createKey, keyState } from '../../src/access/keys.ts';
import { createOrganization, operatorActor } from '../../src/access/organizations.ts';
import { systemActor } from '../../src/contract/actor.ts';
import { scopes } from '../../src/contract/scopes.ts';
import { systemClock } from '../../src/core/clock.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { idSource, type OrganizationId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { apiKeys, namespaces } from '../../src/db/schema/access.ts';
import type { Deps } from '../../src/deps.ts';
import { readPrivateJson, writePrivateJson } from '../machine/private-file.ts';
import { migrationsTable } from './database-parts.ts';
import { startMiniflare } from './miniflare.ts';
import { type Local, localFile, localSchema } from './organization.ts';
import type { WorkerBundle } from './worker-bundle.ts';

const table = `create table if not exists ${migrationsTable} (
  id integer primary key autoincrement,
  name text unique,
  applied_at timestamp default current_timestamp not null
)`;
const quotas = { plugins_per_namespace: 1000 };

export async function withLocalDatabase<Result>(
  { state, bundle }: { state: string; bundle: WorkerBundle },
  use: (db: D1Database) => Promise<Result>,
): Promise<Result> {
  const { compatibilityDate, d1Databases } = bundle;
  const script = 'export default {}';
  const workers = [{ name: 'database', compatibilityDate, d1Databases, modules: true, script }];
  const miniflare = await startMiniflare({ state, workers, onLine: (line) => void process.stderr.write(`${line}\n`) });
  try {
    return await use(await miniflare.getD1Database('DB'));
  } finally {
    await miniflare.dispose();
  }
}

/** Returns the numbers of migrations before and now. Each migration runs in one batch with its entry in the table. */
export async function migrate(db: D1Database, folder: string): Promise<{ before: number; added: number }> {
  await db.prepare(table).run();
  const { results } = await db.prepare(`select name from ${migrationsTable}`).all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql') && !applied.has(name)).sort();
  for (const name of files) {
    const statements = (await readFile(join(folder, name), 'utf8'))
      .split('--> statement-breakpoint')
      .filter((statement) => statement.trim() !== '');
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare(`insert into ${migrationsTable} (name) values (?)`).bind(name),
    ]);
  }
  return { before: applied.size, added: files.length };
}

/**
 * Reuses an earlier start's organization. Replaces a rotated or revoked key, and creates a new organization if the namespace no longer
 * exists.
 */
export async function ensureLocalOrganization(
  d1: D1Database,
  state: string,
  reach: Pick<Local, 'url' | 'admin_token' | 'builder_url'>,
): Promise<{ local: Local; organizationId: OrganizationId }> {
  const deps = { db: database(d1), ids: idSource(systemClock.now), clock: systemClock };
  const stored = await readPrivateJson(localFile(state), localSchema);
  const { organizationId, ...identity } =
    (stored && (await restoreIdentity(deps, stored))) ?? (await createIdentity(deps));
  const { url, admin_token, builder_url } = reach;
  const local = { url, ...identity, admin_token, builder_url };
  await writePrivateJson(localFile(state), local);
  return { local, organizationId };
}

interface Identity extends Pick<Local, 'api_key' | 'namespace_id'> {
  organizationId: OrganizationId;
}

type LocalDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

async function restoreIdentity(deps: LocalDeps, { api_key, namespace_id }: Local): Promise<Identity | undefined> {
  const { db, clock } = deps;
  const [namespace] = await db
    .select()
    .from(namespaces)
    .where(eq(sql`${namespaces.id}`, namespace_id))
    .limit(1);
  if (!namespace) return undefined;
  const { organizationId } = namespace;
  const [key] = await db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.hash, await sha256Hex(api_key)))
    .limit(1);
  if (key && keyState(key, clock.now()) === 'active') return { api_key, namespace_id, organizationId };
  const operator = await operatorActor(deps, organizationId, systemActor);
  const made = await createKey(deps, operator, { name: 'local', scopes: [...scopes], namespaceIds: null });
  return { api_key: made.secret, namespace_id, organizationId };
}

async function createIdentity(deps: LocalDeps): Promise<Identity> {
  const made = await createOrganization({ ...deps, jurisdiction: null }, { name: 'local', actor: systemActor, quotas });
  return { api_key: made.key, namespace_id: made.namespaceId, organizationId: made.organizationId };
}
