// Deletes executables and WebAssembly modules that no version refers to: those of rejected installs, and of versions deleted a day ago
// (D16). Deletes their build records first, so no new install reuses them. Deletes nothing while an install is in progress.
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { retention } from '../../contract/limits/retention.ts';
import { builds } from '../../db/schema/deploy.ts';
import { pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { Folder } from '../../registry/storage/collector.ts';
import { artifactFolder, artifactKey, wasmKey } from './builds.ts';

const user = alias(pluginVersions, 'user');
const install = alias(uploads, 'install');

/** Executables, and WebAssembly modules, whose names end with `.wasm`. */
export const storedArtifacts: Folder = {
  prefix: artifactFolder,
  keptMs: retention.deletedContentMs,
  async unused({ db }, objects, before) {
    const { executables = [], modules = [] } = Object.groupBy(objects, ({ key }) =>
      key === wasmKey(digestOf(key)) ? 'modules' : 'executables',
    );
    return [
      ...(await releaseOrphans(db, executable, executables, before)),
      ...(await releaseOrphans(db, module, modules, before)),
    ];
  },
};

function digestOf(key: string): string {
  return key.slice(artifactFolder.length).split('.')[0] ?? '';
}

/** Stored facts about a build: its key, and its digest in the build's JSON. The paths are literals, as in the indexes. */
interface Stored {
  key(sha256: string): string;
  digestIn(built: SQLWrapper): SQL;
}

const executable: Stored = { key: artifactKey, digestIn: (built) => sql`(${built} ->> '$.artifact.sha256')` };
const module: Stored = { key: wasmKey, digestIn: (built) => sql`(${built} ->> '$.wasm.artifact.sha256')` };

/** Deletes the build records that no version refers to, and returns the keys that no install has used since. */
async function releaseOrphans(db: Deps['db'], stored: Stored, objects: R2Object[], before: number): Promise<string[]> {
  const digests = objects.map(({ key }) => digestOf(key));
  const orphans = await unreferenced(db, stored, digests, before);
  if (orphans.length === 0) return [];
  const built = stored.digestIn(builds.built);
  const listed = sql`(select value from json_each(${JSON.stringify(orphans)}))`;
  await db
    .delete(builds)
    .where(sql`${built} in ${listed} and not ${isReferred(stored, built, before)} and not ${isInstalling}`);
  return (await unreferenced(db, stored, orphans, before)).map(stored.key);
}

const isInstalling = sql`exists (select 1 from ${uploads} ${install} where ${install.kind} in ('pipeline', 'storage') and ${install.status} = 'confirming')`;

/** SQL: a version refers to the digest, or did until a day ago. */
function isReferred(stored: Stored, sha256: SQL, before: number): SQL {
  return sql`exists (select 1 from ${pluginVersions} ${user} where ${stored.digestIn(user.built)} = ${sha256} and (${user.deletedAt} is null or ${user.deletedAt} >= ${before}))`;
}

async function unreferenced(db: Deps['db'], stored: Stored, digests: string[], before: number): Promise<string[]> {
  const rows = await db.all<{ sha256: string }>(
    sql`select c.value as sha256 from json_each(${JSON.stringify(digests)}) c where not ${isReferred(stored, sql`c.value`, before)} and not ${isInstalling}`,
  );
  return rows.map(({ sha256 }) => sha256);
}
