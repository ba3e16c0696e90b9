// Tables of runs, which send a file of rows through a version's batch steps, and of their input's chunks. The database enforces
// uniqueness, enumerations and nullability as declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, customType, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { rowFormats, separators } from '../../contract/runs/records.ts';
import { chunkStates, runStates } from '../../contract/states.ts';
import type { DeploymentId, NamespaceId, OrganizationId, PluginRowId, RunId, VersionId } from '../../core/ids.ts';
import { flag, json, jsonText, lease, oneOf, time, timestamps } from '../columns.ts';

export const compressions = ['gzip'] as const;

const csvColumns = z.array(z.string());

/** The separator is known beforehand if the caller named it. A list of names alone is from a CSV with commas. */
const csvSchema = z.union([
  z.strictObject({ separator: z.enum(separators), columns: csvColumns.nullable() }),
  csvColumns.transform((columns) => ({ separator: ',' as const, columns })),
]);
export type CsvForm = z.infer<typeof csvSchema>;

/** Writes commas as a list of names alone, which Workers of the release before read during an upgrade. */
const csvForm = customType<{ data: CsvForm; driverData: string }>({
  dataType: () => 'text',
  toDriver: (csv) => JSON.stringify(csv.separator === ',' && csv.columns !== null ? csv.columns : csv),
  fromDriver: (text) => csvSchema.parse(JSON.parse(text)),
});

export const runs = sqliteTable(
  'runs',
  {
    id: text('id').$type<RunId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    pluginName: text('plugin_name').notNull(),
    versionId: text('version_id').$type<VersionId>().notNull(),
    /** The version's number. */
    version: text('version').notNull(),
    /** The deployment that served the version when the run was created. A newer deployment doesn't affect the run. */
    deploymentId: text('deployment_id').$type<DeploymentId>().notNull(),
    status: text('status', { enum: runStates }).notNull(),
    format: text('format', { enum: rowFormats }).notNull(),
    compression: text('compression', { enum: compressions }),
    /** The run whose failed rows are the input. */
    failedOf: text('failed_of').$type<RunId>(),
    parameters: jsonText('parameters').notNull(),
    batchSize: integer('batch_size').notNull(),
    maxParallel: integer('max_parallel').notNull(),
    /** Size of the input as sent. Null before it is sent. */
    inputBytes: integer('input_bytes'),
    inputEtag: text('input_etag'),
    /** Bytes of the input in the store, or reserved for it until the run starts. 0 once the input is deleted after the run. */
    storedInputBytes: integer('stored_input_bytes').notNull().default(0),
    /** Bytes of chunks stored as separate objects, or reserved for them. 0 once they are deleted after the run. */
    storedChunkBytes: integer('stored_chunk_bytes').notNull().default(0),
    /** A CSV's separator, and its column names once the header has been read. */
    csv: csvForm('columns'),
    /** How far the input has been split, and into how many chunks. */
    splitAt: integer('split_at').notNull().default(0),
    chunks: integer('chunks').notNull().default(0),
    /** Rows found so far; of those, rows with a result, which may be the row itself (`skipped`), and rows with an error. */
    rows: integer('rows').notNull().default(0),
    done: integer('done').notNull().default(0),
    skipped: integer('skipped').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    outputBytes: integer('output_bytes').notNull().default(0),
    errorBytes: integer('error_bytes').notNull().default(0),
    /** Total processing time of the finished rows, in milliseconds. */
    busyMs: integer('busy_ms').notNull().default(0),
    /** Attempts to split the input or process a chunk. */
    attempts: integer('attempts').notNull().default(0),
    error: text('error'),
    /** Lease of the worker that splits the input. After the run, the token of the worker that ended it. */
    ...lease,
    splitAttempts: integer('split_attempts').notNull().default(0),
    /** The requesting span. Null if it isn't recorded. */
    traceparent: text('traceparent'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    ...timestamps,
    startedAt: time('started_at'),
    endedAt: time('ended_at'),
  },
  (t) => [
    index('runs_listed').on(t.namespaceId, t.id),
    index('runs_of_plugin').on(t.namespaceId, t.pluginId, t.id),
    index('runs_of_version').on(t.versionId, t.id),
    index('runs_to_split').on(t.leaseUntil).where(sql`status in ('queued', 'splitting')`),
    index('runs_at_work').on(t.organizationId, t.id).where(sql`status in ('splitting', 'running')`),
    index('runs_open').on(t.createdAt).where(sql`status = 'open'`),
    index('runs_unfinished').on(t.organizationId).where(sql`ended_at is null`),
    index('runs_to_clear')
      .on(t.endedAt)
      .where(sql`ended_at is not null and stored_input_bytes + stored_chunk_bytes > 0`),
    index('runs_ended').on(t.endedAt).where(sql`ended_at is not null`),
    check('runs_status', oneOf(t.status, runStates)),
    check('runs_format', oneOf(t.format, rowFormats)),
    check('runs_compression', oneOf(t.compression, compressions)),
  ],
);

/** A part of a chunk's results, written by one attempt. */
export const chunkPartSchema = z.strictObject({
  attempt: z.int(),
  output: z.int(),
  errors: z.int(),
});

/** Consecutive input rows: a chunk as split, or a part of it that another process took. */
export const runChunks = sqliteTable(
  'run_chunks',
  {
    /** The run's ID and the first row's index. */
    id: text('id').notNull(),
    runId: text('run_id').$type<RunId>().notNull(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** Number of the chunk as split, which names its object if it is stored. */
    number: integer('number').notNull(),
    /** Offset of the chunk in its object: the input, or the stored chunk. */
    startAt: integer('start_at').notNull(),
    bytes: integer('bytes').notNull(),
    /** Index of its first row in the run, and its number of rows. */
    firstRow: integer('first_row').notNull(),
    rows: integer('rows').notNull(),
    /** True if it is a single row that is too long. */
    isTooLong: flag('is_too_long').notNull(),
    status: text('status', { enum: chunkStates }).notNull(),
    /** The run's instance that processes it. */
    slot: integer('slot'),
    ...lease,
    attempt: integer('attempt').notNull().default(0),
    /** Consecutive attempts that failed through no fault of the rows, and when the next one is due. */
    failures: integer('failures').notNull().default(0),
    nextAt: time('next_at').notNull().default(0),
    /** Its finished part: the number of rows, their bytes, and the location of their results. */
    rowsDone: integer('rows_done').notNull().default(0),
    bytesDone: integer('bytes_done').notNull().default(0),
    parts: json('parts', z.array(chunkPartSchema)).notNull(),
    /** Bytes reserved for the results that its worker writes. Counts only while it is `running`; its run counts committed bytes. */
    reservedBytes: integer('reserved_bytes').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.id] }),
    index('run_chunks_listed').on(t.runId, t.firstRow),
    index('run_chunks_waiting').on(t.runId, t.nextAt).where(sql`status = 'waiting'`),
    index('run_chunks_running').on(t.organizationId, t.runId).where(sql`status = 'running'`),
    check('run_chunks_status', oneOf(t.status, chunkStates)),
  ],
);
