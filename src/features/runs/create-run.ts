// Creates runs: with rows in the request, with a URL for uploading the input, or with another run's failed rows. The run keeps the
// version's current live deployment until it ends.
import { and, eq, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { declaredBatchSize } from '../../contract/builder/batch.ts';
import { runLimits } from '../../contract/limits/batches.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import type { RowFormat, Separator } from '../../contract/runs/records.ts';
import type { NamespaceId, RunId } from '../../core/ids.ts';
import { mergeObjects } from '../../core/json/merge.ts';
import type { JsonText } from '../../core/json/text.ts';
import { Problem } from '../../core/problem.ts';
import { keptTrace } from '../../core/trace-context.ts';
import { insertWhere, previousChanged, runInOrder } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import { runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { budgetLimit, requireWithinBudget } from '../../limits/budgets.ts';
import { hasRoom, requireRoom, selectExceeded } from '../../limits/limit.ts';
import { oneMore } from '../../limits/quotas.ts';
import { storageQuota } from '../../limits/stored-bytes.ts';
import { isLive } from '../../pointers/pointers.ts';
import { presign } from '../../registry/storage/presign.ts';
import { type ExtractorCallee, findDeployed, type LiveVersion } from '../../serve/route-lookup.ts';
import { inputKey } from './keys.ts';
import type { Run } from './run.ts';
import { findRun } from './runs.ts';
import { isOver } from './states.ts';

export type RunInput =
  | { rows: JsonText[] }
  | {
      format: RowFormat;
      compression: Run['compression'];
      separator?: Separator | undefined;
      sizeBytes?: number | undefined;
    }
  | { failedOf: RunId };

export interface RunRequest {
  input: RunInput;
  /** Parameters that override the deployment's. */
  parameters: JsonText;
  maxParallel: number;
}

export interface CreatedRun {
  run: Run;
  /** URL for uploading the input before the run starts, and its expiry. */
  upload: { url: string; expiresAt: number } | null;
}

type CreateDeps = Pick<Deps, 'db' | 'blobs' | 'ids' | 'clock' | 'log' | 'queues' | 'storage' | 'defer' | 'trace'>;

/** *Dies before the row:* the sweep deletes the object, which has no run. */
export async function createRun(
  deps: CreateDeps,
  actor: Actor,
  callee: ExtractorCallee,
  request: RunRequest,
): Promise<CreatedRun> {
  requireScope(actor, 'plugins:invoke');
  const deployed = await findDeployed(deps, actor, callee);
  requireWithinBudget(deployed.refusing, deps.clock.now());
  const id = deps.ids('run');
  const input = await prepareInput(deps, actor, { id, namespaceId: callee.namespaceId }, request.input);
  return insertRun(deps, actor, { id, deployed, request, input });
}

/** Stores rows from the request, or checks that the given run's failed rows can run again. */
async function prepareInput(
  deps: CreateDeps,
  actor: Actor,
  { id, namespaceId }: { id: RunId; namespaceId: NamespaceId },
  input: RunInput,
): Promise<
  Pick<Run, 'format' | 'compression' | 'csv' | 'failedOf' | 'inputBytes' | 'inputEtag' | 'status' | 'storedInputBytes'>
> {
  const sent = {
    ...({ format: 'jsonl', compression: null, csv: null, failedOf: null } as const),
    inputBytes: null,
    inputEtag: null,
    storedInputBytes: 0,
  };
  if ('failedOf' in input) {
    const failed = await findRun(deps, actor, namespaceId, input.failedOf);
    if (!isOver(failed.status))
      throw new Problem('conflict', `Run ${failed.id} has not ended yet`, {
        hint: 'Wait until it ends, or cancel it.',
      });
    if (failed.failed === 0)
      throw new Problem('conflict', `No row of run ${failed.id} failed`, { hint: 'There is nothing to run again.' });
    return { ...sent, failedOf: failed.id, inputBytes: failed.errorBytes, status: 'queued' };
  }
  if ('format' in input) {
    const { compression, format, separator, sizeBytes = runLimits.reservedInputBytes } = input;
    const csv = separator === undefined ? null : { separator, columns: null };
    return { ...sent, format, compression, csv, storedInputBytes: sizeBytes, status: 'open' };
  }
  const text = input.rows.map((row) => `${row.onOneLine().text}\n`).join('');
  const bytes = new TextEncoder().encode(text);
  const { etag } = await deps.blobs.put(inputKey(id), bytes, { httpMetadata: { contentType: 'application/x-ndjson' } });
  return { ...sent, inputBytes: bytes.length, inputEtag: etag, storedInputBytes: bytes.length, status: 'queued' };
}

interface NewRun {
  id: RunId;
  deployed: LiveVersion;
  request: RunRequest;
  input: Awaited<ReturnType<typeof prepareInput>>;
}

async function insertRun(
  deps: CreateDeps,
  actor: Actor,
  { deployed, id, input, request }: NewRun,
): Promise<CreatedRun> {
  const { db, clock } = deps;
  const { deploymentId, namespaceId, version } = deployed;
  const now = clock.now();
  const row = { ...(await runRow(actor, { deployed, id, input, request }, now)), traceparent: keptTrace(deps.trace) };
  const message = outboxMessage(deps, 'runs', { v: 1, type: 'work-run', id });
  const exists = sql`exists (select 1 from ${pluginVersions} where ${and(eq(pluginVersions.id, version.id), sql`${pluginVersions.deletedAt} is null`)}) and exists (select 1 from ${namespaces} where ${namespaces.id} = ${namespaceId} and ${namespaces.deletedAt} is null) and ${isLive(namespaceId, version.id)}`;
  const isQueued = input.status === 'queued';
  const { organizationId } = actor;
  const limits = [
    oneMore(organizationId, 'unfinished_runs', now),
    storageQuota(organizationId, input.storedInputBytes, { hint: sizeHint(request.input) }),
    budgetLimit({ organizationId, namespaceId }, now, ['stored_bytes']),
  ];
  const event = {
    organizationId,
    namespaceId,
    actor: actor.ref,
    subjectId: id,
    type: 'run.created' as const,
    data: { plugin: row.pluginName, version: row.version, deployment_id: deploymentId },
  };
  const writes = [
    insertWhere(db, runs, row, sql`${exists} and ${hasRoom(limits)}`),
    record(deps, event, previousChanged),
    ...(isQueued ? [enqueue(deps, message, previousChanged)] : []),
  ];
  const { created, exceeded } = await runInOrder(db, [
    { exceeded: selectExceeded(db, limits, exists) },
    writes,
    { created: db.select().from(runs).where(eq(runs.id, id)) },
    [],
  ]);
  const [run] = created;
  if (!run && input.inputEtag !== null) await deps.blobs.delete(inputKey(id));
  requireRoom(limits, exceeded);
  if (!run) throw notFound('plugin', version.name);
  if (isQueued) deps.defer(sendNow(deps, message));
  return { run, upload: isQueued ? null : await uploadOf(deps, run, request.input) };
}

async function runRow(actor: Actor, { deployed, id, input, request }: NewRun, now: number) {
  const { deploymentId, namespaceId, parameters, version } = deployed;
  return {
    ...input,
    id,
    organizationId: actor.organizationId,
    namespaceId,
    pluginId: version.pluginId,
    pluginName: version.name,
    versionId: version.id,
    version: formatVersion(version),
    deploymentId,
    parameters: await mergeObjects(parameters, request.parameters),
    batchSize: declaredBatchSize(version.manifest),
    maxParallel: request.maxParallel,
    splitAt: 0,
    chunks: 0,
    rows: 0,
    done: 0,
    skipped: 0,
    failed: 0,
    outputBytes: 0,
    errorBytes: 0,
    attempts: 0,
    splitAttempts: 0,
    storedChunkBytes: 0,
    busyMs: 0,
    createdBy: actor.ref,
    createdAt: now,
    updatedAt: now,
  };
}

function sizeHint(input: RunInput): string | undefined {
  if (!('format' in input) || input.sizeBytes !== undefined) return undefined;
  return `Send the size of the file in \`size_bytes\` of \`input\`: without it, ${runLimits.reservedInputBytes} bytes are reserved.`;
}

/** If a size was given, the store accepts no other. */
async function uploadOf(
  { storage }: CreateDeps,
  { createdAt, id }: Run,
  input: RunInput,
): Promise<CreatedRun['upload']> {
  const expiresInSeconds = runLimits.uploadUrlSeconds;
  const contentLength = 'format' in input ? input.sizeBytes : undefined;
  const url = await presign(storage, {
    method: 'PUT',
    key: inputKey(id),
    expiresInSeconds,
    signedAt: createdAt,
    ...(contentLength === undefined ? {} : { contentLength }),
  });
  return { url, expiresAt: createdAt + expiresInSeconds * 1000 };
}
