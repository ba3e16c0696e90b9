// Tables for runs, which send a file of rows through the batch steps of a version, and the chunks of their input. The database enforces
// uniqueness, enumerations and nullability as declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/events/events.ts';
import { rowFormats } from '../../contract/runs/records.ts';
import { chunkStates, runStates } from '../../contract/states.ts';
import type { DeploymentId, NamespaceId, OrganizationId, PluginRowId, RunId, VersionId } from '../../core/ids.ts';
import { flag, json, jsonText, oneOf, time } from '../columns.ts';

export const compressions = ['gzip'] as const;

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
    /** The deployment that served the version when the run was created. A newer one changes nothing for the run. */
    deploymentId: text('deployment_id').$type<DeploymentId>().notNull(),
    status: text('status', { enum: runStates }).notNull(),
    format: text('format', { enum: rowFormats }).notNull(),
    compression: text('compression', { enum: compressions }),
    /** The run whose failed rows are the input. */
    failedOf: text('failed_of').$type<RunId>(),
    parameters: jsonText('parameters').notNull(),
    batchSize: integer('batch_size').notNull(),
    maxParallel: integer('max_parallel').notNull(),
    /** Size of the input as it was sent. Null before that. */
    inputBytes: integer('input_bytes'),
    inputEtag: text('input_etag'),
    /** Bytes of the input in the store, or reserved for it until the start. 0 once it is deleted, after the end. */
    storedInputBytes: integer('stored_input_bytes').notNull().default(0),
    /** Bytes of chunks that are objects of their own, or reserved for them. 0 once they are deleted, after the end. */
    storedChunkBytes: integer('stored_chunk_bytes').notNull().default(0),
    /** Names of a CSV's columns, once its header was read. */
    columns: json('columns', z.array(z.string())),
    /** How far the input is split, and into how many chunks. */
    splitAt: integer('split_at').notNull().default(0),
    chunks: integer('chunks').notNull().default(0),
    /** Rows found so far; of those, the ones with a result, which may be the row itself (`skipped`), and with an error. */
    rows: integer('rows').notNull().default(0),
    done: integer('done').notNull().default(0),
    skipped: integer('skipped').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    outputBytes: integer('output_bytes').notNull().default(0),
    errorBytes: integer('error_bytes').notNull().default(0),
    /** How long processes took for the rows that are done, in milliseconds. */
    busyMs: integer('busy_ms').notNull().default(0),
    /** How often the input was begun to be split, or a chunk to be worked on. */
    attempts: integer('attempts').notNull().default(0),
    error: text('error'),
    /** The lease of the worker that splits the input. After the end: the token of the worker that ended the run. */
    leaseToken: text('lease_token'),
    leaseUntil: time('lease_until'),
    splitAttempts: integer('split_attempts').notNull().default(0),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
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

/** A part of the results of a chunk: what one attempt has written. */
export const chunkPartSchema = z.strictObject({
  attempt: z.int(),
  output: z.int(),
  errors: z.int(),
});
export type ChunkPart = z.infer<typeof chunkPartSchema>;

/** Some rows of the input that lie together: as many as the split found, or a part of them that another process took. */
export const runChunks = sqliteTable(
  'run_chunks',
  {
    /** The run's ID, and the number of the first row. */
    id: text('id').notNull(),
    runId: text('run_id').$type<RunId>().notNull(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** The number of the chunk that the split found, which names the object of one that is stored. */
    number: integer('number').notNull(),
    /** Where it begins in its object: the input, or the stored chunk. */
    startAt: integer('start_at').notNull(),
    bytes: integer('bytes').notNull(),
    /** The number of its first row among those of the run, and how many rows it has. */
    firstRow: integer('first_row').notNull(),
    rows: integer('rows').notNull(),
    /** It is one row that is too long. */
    isTooLong: flag('is_too_long').notNull(),
    status: text('status', { enum: chunkStates }).notNull(),
    /** The one of the run's instances that works on it. */
    slot: integer('slot'),
    leaseToken: text('lease_token'),
    leaseUntil: time('lease_until'),
    attempt: integer('attempt').notNull().default(0),
    /** Attempts in a row that failed for what the rows are not to blame for, and when the next one is due. */
    failures: integer('failures').notNull().default(0),
    nextAt: time('next_at').notNull().default(0),
    /** The part of it that is done: rows, the bytes that they are in, and where their results are. */
    rowsDone: integer('rows_done').notNull().default(0),
    bytesDone: integer('bytes_done').notNull().default(0),
    parts: json('parts', z.array(chunkPartSchema)).notNull(),
    /** Bytes reserved for the results that its worker writes. Counts only while it is `running`; its run counts what is committed. */
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
