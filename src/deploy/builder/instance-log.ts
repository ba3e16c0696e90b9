// Reads what an instance prints: from its builder while it runs, and from R2 what was stored of it. A container stores its lines now and
// then, and before it sleeps; every instance's are stored before it is stopped.
import { z } from 'zod';
import type { instanceStates, Logs } from '../../contract/builder.ts';
import { builderLimits } from '../../contract/limits.ts';
import { type LogLine, logLineSchema } from '../../contract/log-line.ts';
import type { DeploymentId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';

export interface InstanceLog {
  /** Null: no instance is running. */
  state: (typeof instanceStates)[number] | null;
  lines: LogLine[];
  /** Cursor for the next read. */
  next: string;
}

const prefix = 'logs/';
/** Metadata of a stored log: the cursor after its last line. */
const cursorKey = 'next';
const writeAttempts = 3;

function logKey(id: string): string {
  return `${prefix}${id}.ndjson`;
}

/** All lines, also of earlier containers of the instance, or those after the cursor of an earlier read. */
export async function instanceLog(
  { builder, blobs }: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
  after?: string,
): Promise<InstanceLog> {
  const stored = after === undefined ? await blobs.get(logKey(id)) : null;
  const running = await builder.logs(id, after ?? stored?.customMetadata?.[cursorKey]);
  const earlier = stored ? parseLines(await stored.text()) : [];
  return { state: running?.state ?? null, lines: [...earlier, ...(running?.lines ?? [])], next: running?.next ?? '' };
}

function parseLines(text: string): LogLine[] {
  return z.array(logLineSchema).parse(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line)),
  );
}

/**
 * Appends the lines that are not stored yet; `read` returns those after a cursor. The newest `logLinesStored` are kept. Concurrent
 * writers, which are the instance's container and the worker that stops it, store no line twice.
 */
export async function keepInstanceLog(
  blobs: R2Bucket,
  id: string,
  read: (after: string) => Promise<Logs | undefined>,
): Promise<void> {
  for (let attempt = 0; attempt < writeAttempts; attempt++) {
    const stored = await blobs.get(logKey(id));
    const log = await read(stored?.customMetadata?.[cursorKey] ?? '');
    if (!log || log.lines.length === 0) return;
    const earlier = stored ? parseLines(await stored.text()) : [];
    const lines = [...earlier, ...log.lines].slice(-builderLimits.logLinesStored);
    const written = await blobs.put(logKey(id), lines.map((line) => `${JSON.stringify(line)}\n`).join(''), {
      onlyIf: stored ? { etagMatches: stored.etag } : new Headers({ 'if-none-match': '*' }),
      httpMetadata: { contentType: 'application/x-ndjson' },
      customMetadata: { [cursorKey]: log.next },
    });
    if (written) return;
  }
  throw new Error(`the log of ${id} is being written by others`);
}

/** Deletes logs after their retention. The oldest are listed first, because IDs sort by time. */
export async function sweepInstanceLogs({
  blobs,
  clock,
  retention,
}: Pick<Deps, 'blobs' | 'clock' | 'retention'>): Promise<void> {
  const { objects } = await blobs.list({ prefix, limit: 200 });
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < clock.now() - retention.instanceLogsMs);
  if (old.length > 0) await blobs.delete(old.map(({ key }) => key));
}
