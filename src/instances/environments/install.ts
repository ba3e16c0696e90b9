// Installs a version's lock for one Python version and platform, and stores the packages that the store lacks.
import { inArray, sql } from 'drizzle-orm';
import { installFailure } from '../../builders/start-failures.ts';
import type { Environment, EnvironmentSpec } from '../../contract/builder/environments.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { hostLine, type LogLine } from '../../contract/builder/logs/line.ts';
import { type EnvironmentTarget, lockEntries, ownLockLines, packageKey } from '../../contract/builder/packages.ts';
import { sha256Hex } from '../../core/digest.ts';
import { formatDuration } from '../../core/quantities.ts';
import { insertWhere, writeAndRead } from '../../db/client.ts';
import { environmentPackages, environments, packages } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';
import { credentialsOf } from '../../points.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { reportProgress, selectLock, versionDeleted } from './lock.ts';
import { type StoreDeps, storedPackages } from './package-store.ts';
import { PackageWriter } from './package-writer.ts';

export type InstalledEnvironment = typeof environments.$inferSelect;

interface Installation {
  key: string;
  target: EnvironmentTarget;
  /** True to install only packages from the organization's own indexes, for a cluster. */
  isOwn?: boolean;
}

/**
 * Installs the lock. Stores each package as soon as it is installed, writes package rows in batches, then writes the environment's row.
 * Concurrent workers store the same content. *Dies:* the next attempt finds stored packages in the store and installed ones on the
 * builder.
 */
export async function installEnvironment(
  deps: StoreDeps & Pick<Deps, 'dataKey' | 'features'>,
  version: Pick<PluginVersion, 'id' | 'organizationId'>,
  { isOwn = false, key, target }: Installation,
  log: (line: LogLine) => void,
): Promise<InstalledEnvironment> {
  const { id, organizationId: organization } = version;
  const [lock] = await selectLock(deps, id);
  if (!lock) throw versionDeleted();
  const text = isOwn ? ownLockLines(lock.text) : lock.text;
  const digest = isOwn ? await sha256Hex(text) : lock.digest;
  const entries = lockEntries(text);
  const keys = await Promise.all(entries.map((entry) => packageKey(entry, target)));
  const stored = await storedPackages(deps, keys);
  const has = new Set(stored.map((one) => one.key));
  const asked = new Set(entries.flatMap(({ origin }, at) => (origin && !has.has(keys[at] ?? '') ? origin.index : [])));
  const credentials = asked.size === 0 ? undefined : credentialsOf(deps);
  const known = (await credentials?.pythonIndexes(deps, version)) ?? [];
  const indexes = known.filter(({ url }) => asked.has(url));
  await credentials?.noteIndexUse(deps, organization, asked);
  const spec = {
    lock: { digest, text },
    target,
    stored,
    organization,
    ...(indexes.length === 0 ? {} : { indexes }),
    ...(isOwn ? { packed: true } : {}),
  };
  const environment = await runInstallation(deps, spec, log);
  return storeEnvironment(deps, key, { ...environment, lock: lock.digest });
}

async function runInstallation(
  deps: StoreDeps,
  spec: EnvironmentSpec,
  log: (line: LogLine) => void,
): Promise<Environment> {
  const host = deps.builder.environmentHost(spec.lock.digest);
  const storing = new PackageWriter(deps, host);
  try {
    for await (const event of deps.builder.install(spec)) {
      reportProgress(event, log);
      if (event.type === 'failed') throw installFailure(event.error.message, event.deterministic);
      if (event.type === 'package') await storing.add(event.package);
      if (event.type !== 'installed') continue;
      await storing.finish();
      const { cached, duration_ms } = event.environment;
      const how = cached ? 'found on the builder or in the store' : 'installed';
      log(hostLine(deps.clock.now(), `${how} in ${formatDuration(duration_ms)}`));
      return event.environment;
    }
  } finally {
    await storing.settled();
  }
  throw new BuilderError('unreachable', 'The builder stopped while installing the dependencies');
}

/** Writes the environment's row, unless one of its packages has since been deleted as old and unused. */
async function storeEnvironment(
  deps: Pick<StoreDeps, 'db' | 'clock'>,
  key: string,
  environment: Environment,
): Promise<InstalledEnvironment> {
  const { lock, target, packages: installed, size_bytes: sizeBytes, files } = environment;
  const keys = JSON.stringify(installed.map((one) => one.key));
  const row = { key, lock, ...target, sizeBytes, files, packages: installed, createdAt: deps.clock.now() };
  const listed = sql`(select value from json_each(${keys}))`;
  const areStored = sql`(select count(*) from ${packages} where ${inArray(packages.key, listed)}) = ${installed.length}`;
  const has = sql`exists (select 1 from ${environments} where ${environments.key} = ${key})`;
  const {
    rows: [stored],
  } = await writeAndRead(
    deps.db,
    [
      insertWhere(deps.db, environments, row, areStored, sql`on conflict do nothing`),
      deps.db
        .insert(environmentPackages)
        .select(sql`select ${key}, value from json_each(${keys}) where ${has} on conflict do nothing`),
    ],
    { rows: selectEnvironment(deps, key) },
  );
  if (!stored) throw new BuilderError('unreachable', 'A package was deleted during the installation');
  return stored;
}

export function selectEnvironment({ db }: Pick<StoreDeps, 'db'>, key: string) {
  return db.select().from(environments).where(sql`${environments.key} = ${key}`);
}
