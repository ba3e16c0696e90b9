// Lists the steps that remove a closed organization, in this order: rows before the rows they refer to. Each step deletes a bounded
// number. Stored objects go before the rows that lead to them. *Dies anywhere:* the next sweep finds what remains.
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { organizationDeletion } from '../contract/limits/retention.ts';
import type { PluginKind } from '../contract/states.ts';
import { isId, type OrganizationId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import type { Holder, OwnedRows, OwnedTable } from '../db/owned-table.ts';
import { apiKeys, browserSessions, counters, namespaces, quotas } from '../db/schema/access.ts';
import { versionAdvisories, versionPackages } from '../db/schema/advisories.ts';
import { dismissals } from '../db/schema/attention.ts';
import { budgets, storedMonths, usageMonths } from '../db/schema/budgets.ts';
import { callLimits } from '../db/schema/call-limits.ts';
import { callbackSecrets, laterCallRows } from '../db/schema/calls.ts';
import {
  deploymentStepRows,
  deployments,
  livePlugins,
  livePointers,
  logBudgets,
  promotions,
} from '../db/schema/deploy.ts';
import { pluginLocks } from '../db/schema/environments.ts';
import { deadLetters, eventArchives, eventBlocks, events, outbox } from '../db/schema/events.ts';
import { pluginGrants } from '../db/schema/grants.ts';
import { models, modelUploads, secrets } from '../db/schema/models.ts';
import { rescans, scanPolicies, waivers } from '../db/schema/policy.ts';
import { keptQuarantines } from '../db/schema/quarantines.ts';
import { enabledPlugins, plugins, pluginVersions, scans, uploads } from '../db/schema/registry.ts';
import { releases } from '../db/schema/releases.ts';
import { runChunks, runs } from '../db/schema/runs.ts';
import { callCounts, callTotals, pluginCallers, pluginDays } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { modelsFolder, modelUploadsFolder } from '../models/model-keys.ts';
import type { Quarantinable, VersionRows } from '../points.ts';
import { runsFolder } from '../registry/storage/runs-folder.ts';
import { fileFindingsPrefix, findingsKey } from '../registry/storage/stored-findings.ts';
import { repackedKey, uploadKey } from '../registry/uploads/uploads.ts';
import { deleteStored } from '../serve/later/stored.ts';
import { heldBy, ownedVersions } from './holders.ts';

export type RemovalDeps = Pick<Deps, 'db' | 'blobs' | 'builder' | 'clock' | 'log'>;

/** Deletes some of the remaining rows. Returns `wait` if another sweep has to remove the remaining ones. */
export type Removal = (deps: RemovalDeps, id: OrganizationId) => Promise<'none' | 'some' | 'wait'>;

interface Step {
  remove: Removal;
  /** Names of the tables that it deletes from. */
  tables: readonly string[];
}

const { listedAtOnce, rowsAtOnce } = organizationDeletion;
const nameOf = (table: SQLiteTable) => getTableConfig(table).name;
const listed = (ids: readonly string[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`;

/** Builds a step for rows that nothing else depends on, found by the columns that name their holder. */
function rows(holder: Holder, ...columns: AnySQLiteColumn[]): Step[] {
  return columns.map((column) => ({
    tables: [nameOf(column.table)],
    remove: async ({ db }, id) => {
      const found = sql`(select rowid from ${column.table} where ${column} in ${heldBy(holder, id)} limit ${rowsAtOnce})`;
      const { meta } = await db.delete(column.table).where(sql`rowid in ${found}`);
      return meta.changes > 0 ? 'some' : 'none';
    },
  }));
}

type Objects = (deps: RemovalDeps, ids: readonly string[]) => Promise<boolean>;

interface Unit {
  table: SQLiteTable & { id: AnySQLiteColumn };
  /** SQL that selects the organization's row IDs. */
  ids(id: OrganizationId): SQL;
  /** Columns in other tables whose rows belong only to these rows. */
  with?: readonly AnySQLiteColumn[];
  /** Deletes the objects before the rows. Returns whether all are gone. */
  objects?: Objects;
  /** Returns a statement that keeps what must outlive the rows. */
  keep?(deps: RemovalDeps, ids: readonly string[]): Statement;
  /** Returns statements that delete data that only these rows need. */
  also?(deps: RemovalDeps, ids: readonly string[]): Promise<Statement[]>;
  atOnce?: number;
  /** Tables that `also` deletes from. */
  alsoIn?: readonly SQLiteTable[];
}

/** Builds a step that deletes rows together with their dependent rows and the messages that name them. */
function unit({ table, ids, with: columns = [], objects, keep, also, atOnce = rowsAtOnce, alsoIn = [] }: Unit): Step {
  return {
    tables: [table, ...columns.map((column) => column.table), ...alsoIn, outbox, deadLetters].map(nameOf),
    remove: async (deps, organizationId) => {
      const { db } = deps;
      const found = await db.all<{ id: string }>(sql`${ids(organizationId)} limit ${atOnce}`);
      if (found.length === 0) return 'none';
      const all = found.map(({ id }) => id);
      if (objects && !(await objects(deps, all))) return 'some';
      const after = (await also?.(deps, all)) ?? [];
      await db.batch([
        ...removalMessages(deps, all),
        ...(keep ? [keep(deps, all)] : []),
        ...columns.map((column) => db.delete(column.table).where(sql`${column} in ${listed(all)}`)),
        db.delete(table).where(sql`${table.id} in ${listed(all)}`),
        ...after,
      ]);
      return 'some';
    },
  };
}

/** Builds statements that delete messages about these IDs. */
export function removalMessages({ db }: Pick<Deps, 'db'>, ids: readonly string[]) {
  return [
    db.delete(outbox).where(sql`(${outbox.body} ->> '$.id') in ${listed(ids)}`),
    db.delete(deadLetters).where(sql`(${deadLetters.body} ->> '$.id') in ${listed(ids)}`),
  ] as const;
}

/** Deletes up to a thousand objects per folder. Returns whether all are gone. */
async function deleteFolders({ blobs }: Pick<Deps, 'blobs'>, prefixes: readonly string[]): Promise<boolean> {
  let isDone = true;
  for (const prefix of prefixes) {
    const page = await blobs.list({ prefix });
    if (page.objects.length > 0) await blobs.delete(page.objects.map(({ key }) => key));
    isDone &&= !page.truncated;
  }
  return isDone;
}

function inFolders(...folders: string[]): Objects {
  return (deps, ids) =>
    deleteFolders(
      deps,
      ids.flatMap((id) => folders.map((folder) => `${folder}${id}/`)),
    );
}

function ofOrganization(table: SQLiteTable & { id: AnySQLiteColumn; organizationId: AnySQLiteColumn }): Unit['ids'] {
  return (id) => sql`select ${table.id} from ${table} where ${table.organizationId} = ${id}`;
}

function ofNamespaces(table: SQLiteTable & { id: AnySQLiteColumn; namespaceId: AnySQLiteColumn }): Unit['ids'] {
  return (id) => sql`select ${table.id} from ${table} where ${table.namespaceId} in ${heldBy('namespace', id)}`;
}

function ofOwners(table: SQLiteTable & { id: AnySQLiteColumn; ownerId: AnySQLiteColumn }): Unit['ids'] {
  return (id) => sql`select ${table.id} from ${table} where ${table.ownerId} in ${heldBy('owner', id)}`;
}

async function deleteCallObjects(deps: RemovalDeps, ids: readonly string[]): Promise<boolean> {
  const { id, runs } = laterCallRows;
  const calls = await deps.db
    .select({ id, runs })
    .from(laterCallRows)
    .where(sql`${id} in ${listed(ids)}`);
  await deleteStored(deps, calls);
  return true;
}

async function deleteUploadObjects({ blobs }: RemovalDeps, ids: readonly string[]): Promise<boolean> {
  const keys = ids.flatMap((id) =>
    isId('upload', id) ? [uploadKey(id), repackedKey(id), findingsKey(id), `logs/${id}.ndjson`] : [],
  );
  await blobs.delete(keys);
  return true;
}

/** Deletes what storage plugins wrote. Rejects if a builder doesn't answer, after the rest; the next sweep tries again. */
async function deletePluginData({ builder, db }: RemovalDeps, ids: readonly string[]): Promise<boolean> {
  const storing = await db
    .select({ id: plugins.id })
    .from(plugins)
    .where(and(sql`${plugins.id} in ${listed(ids)}`, eq(plugins.kind, 'storage')));
  const deleted = await Promise.allSettled(storing.map(({ id }) => builder.deleteData(id)));
  return deleted.every((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** Deletes scans used only by these versions. Their findings in the store then have no row, and the sweep deletes them. */
async function scansOf({ db }: RemovalDeps, ids: readonly string[]): Promise<Statement[]> {
  const found = await db
    .selectDistinct({ id: pluginVersions.scanId })
    .from(pluginVersions)
    .where(sql`${pluginVersions.id} in ${listed(ids)}`);
  const isUsed = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.scanId} = ${scans.id})`;
  const isFound = sql`${scans.id} in ${listed(found.map(({ id }) => id))}`;
  return [db.delete(scans).where(sql`${isFound} and not ${isUsed}`)];
}

function keepVersionQuarantines({ db }: RemovalDeps, ids: readonly string[]): Statement {
  const { filesSha256, id, kind, quarantined, sha256, uploadSha256 } = pluginVersions;
  const found = db
    .select({ id, kind, sha256, uploadSha256, filesSha256, quarantined })
    .from(pluginVersions)
    .where(and(sql`${id} in ${listed(ids)}`, isNotNull(quarantined)));
  return db.insert(keptQuarantines).select(found);
}

/** Builds a statement that keeps the quarantines of a feature's content. */
function keepContentQuarantines({ digest, kind, rows: { id, quarantined }, rows: table }: Quarantinable<Deps>) {
  return ({ db }: RemovalDeps, ids: readonly string[]): Statement => {
    const found = db
      .select({
        id,
        kind: sql<PluginKind>`${kind}`.as('kind'),
        sha256: digest,
        uploadSha256: digest,
        filesSha256: sql`null`.as('files_sha256'),
        quarantined,
      })
      .from(table)
      .where(and(sql`${id} in ${listed(ids)}`, isNotNull(quarantined)));
    return db.insert(keptQuarantines).select(found);
  };
}

/** A step that waits for versions whose archives are still in the store. */
const unreleased: Step = {
  tables: [],
  remove: async ({ db }, id) => {
    const left = await db.all(sql`${ownedVersions(id, sql`true`)} limit 1`);
    return left.length > 0 ? 'wait' : 'none';
  },
};

/** A step for objects in folders named after the organization. */
const objectsOfOrganization: Step = {
  tables: [],
  remove: async (deps, id) => {
    const folders = [modelsFolder, fileFindingsPrefix, 'events/'].map((folder) => `${folder}${id}/`);
    return (await deleteFolders(deps, folders)) ? 'none' : 'some';
  },
};

/** Returns the steps for rows of plugins, deployments, calls and runs. */
function stepsOfPlugins(
  ofDeployments: readonly AnySQLiteColumn[],
  ofVersions: readonly VersionRows[],
): readonly Step[] {
  return [
    unit({ table: laterCallRows, ids: ofOrganization(laterCallRows), objects: deleteCallObjects }),
    ...rows('run', runChunks.runId),
    unit({ table: runs, ids: ofNamespaces(runs), objects: inFolders(runsFolder), atOnce: listedAtOnce }),
    unit({
      table: deployments,
      ids: ofNamespaces(deployments),
      with: [deploymentStepRows.deploymentId, ...ofDeployments],
      objects: inFolders('logs/'),
      atOnce: listedAtOnce,
    }),
    ...rows('organization', callLimits.organizationId),
    ...rows('namespace', releases.namespaceId),
    ...rows('namespace', livePointers.namespaceId, livePlugins.namespaceId, promotions.namespaceId),
    ...rows('namespace', enabledPlugins.namespaceId, callCounts.namespaceId, callTotals.namespaceId),
    ...rows('namespace', pluginCallers.namespaceId),
    ...rows('owner', pluginDays.ownerId),
    ...rows('namespace', secrets.namespaceId, callbackSecrets.namespaceId),
    ...rows('namespace', models.namespaceId, modelUploads.namespaceId),
    unit({
      table: pluginVersions,
      ids: (id) => ownedVersions(id, sql`${pluginVersions.archiveReleasedAt} is not null`),
      with: [
        pluginLocks.versionId,
        versionPackages.versionId,
        versionAdvisories.versionId,
        ...ofVersions.map(({ column }) => column),
      ],
      keep: keepVersionQuarantines,
      also: scansOf,
      alsoIn: [scans],
    }),
    unreleased,
    unit({ table: uploads, ids: ofOwners(uploads), objects: deleteUploadObjects }),
  ];
}

/** The other rows, and the organization's keys and namespaces, by which rows are found. */
const stepsOfOrganization: readonly Step[] = [
  ...rows('organization', waivers.organizationId, scanPolicies.organizationId, rescans.organizationId),
  ...rows('organization', logBudgets.organizationId, quotas.organizationId),
  ...rows('organization', budgets.organizationId, usageMonths.organizationId, storedMonths.organizationId),
  ...rows('organization', dismissals.organizationId),
  ...rows('key', browserSessions.keyId),
  ...rows('organization', apiKeys.organizationId),
  objectsOfOrganization,
  ...rows('organization', eventArchives.organizationId, eventBlocks.organizationId),
  unit({ table: events, ids: ofOrganization(events) }),
  ...rows('owner', counters.scope),
  unit({
    table: namespaces,
    ids: ofOrganization(namespaces),
    objects: inFolders(modelUploadsFolder, fileFindingsPrefix),
    atOnce: listedAtOnce,
  }),
  // Last, so that nothing else waits for a builder that doesn't answer.
  unit({
    table: plugins,
    ids: ofOrganization(plugins),
    with: [pluginGrants.pluginId, counters.scope],
    objects: deletePluginData,
    atOnce: listedAtOnce,
  }),
];

/** Returns the steps. */
export function removalSteps({ features }: Pick<Deps, 'features'>): readonly Step[] {
  const ofVersions = features.flatMap((feature) => feature.ofVersions ?? []);
  const quarantinable = features.flatMap((feature) => feature.quarantinable ?? []);
  const ofFeatures = features.flatMap(({ owned = [] }) => owned.flatMap((one) => removalOf(one, quarantinable)));
  const ofDeployments = features.flatMap((feature) => feature.ofDeployments ?? []);
  return [...stepsOfPlugins(ofDeployments, ofVersions), ...ofFeatures, ...stepsOfOrganization];
}

function removalOf(owned: OwnedTable | OwnedRows, quarantinable: readonly Quarantinable<Deps>[]): Step[] {
  const { column, holder } = owned;
  if ('order' in owned || 'omittedBecause' in owned) return rows(holder, column);
  const { table } = owned;
  const quarantined = quarantinable.find(({ rows }) => rows === table);
  return [
    unit({
      table,
      ids: (id) => sql`select ${table.id} from ${table} where ${column} in ${heldBy(holder, id)}`,
      ...(quarantined && { keep: keepContentQuarantines(quarantined) }),
    }),
  ];
}

/** Returns installation-wide tables, and why they hold nothing that belongs to a removed organization. */
export function tablesOfNobody({ features }: Pick<Deps, 'features'>): Record<string, string> {
  return Object.assign({}, kernelTablesOfNobody, ...features.map(({ ofNobody }) => ofNobody));
}

const kernelTablesOfNobody: Record<string, string> = {
  organizations: 'the last statement deletes its row',
  builds:
    'keyed by digest of sources and recipe, without a name; a sweep deletes results that no version has, and old failed ones',
  packages: 'shared by all locks that name them; a sweep deletes those in no environment',
  environments: 'shared by equal locks; a sweep deletes those that no version has',
  environment_packages: 'deleted with their environment',
  package_versions: 'names and versions of packages, shared by all versions that contain them',
  advisories: 'what databases publish, for all organizations',
  advisory_packages: 'what advisories say about packages',
  builders: "the operator's",
  kept_quarantines: "the operator's: digests of content, without its organization",
  idempotency_keys: 'digests, and encrypted answers for 24 hours',
  heartbeats: 'a time',
  progress: 'positions in the events',
  store_sweeps: 'positions of sweeps',
  released_archives: 'digests, for three days',
  counted_instances: 'IDs of instances and milliseconds, for seven days',
};
