// Reads what an instance prints: from its builder while it runs, from R2 after it was stopped.
import { z } from 'zod';
import type { instanceStates } from '../../contract/builder.ts';
import { retention } from '../../contract/limits.ts';
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

function logKey(id: DeploymentId): string {
  return `${prefix}${id}.ndjson`;
}

/** All lines, or those after the cursor of an earlier read. */
export async function instanceLog(
  { builder, blobs }: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
  after?: string,
): Promise<InstanceLog> {
  const running = await builder.logs(id, after);
  if (running) return running;
  const stored = after === undefined ? await blobs.get(logKey(id)) : null;
  return { state: null, lines: stored ? parseLines(await stored.text()) : [], next: '' };
}

function parseLines(text: string): LogLine[] {
  return z.array(logLineSchema).parse(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line)),
  );
}

/** Stores the log before an instance is stopped for good. */
export async function storeInstanceLog(
  { builder, blobs }: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
): Promise<void> {
  const log = await builder.logs(id);
  if (!log || log.lines.length === 0) return;
  await blobs.put(logKey(id), log.lines.map((line) => `${JSON.stringify(line)}\n`).join(''), {
    httpMetadata: { contentType: 'application/x-ndjson' },
  });
}

/** Deletes logs after 30 days. The oldest are listed first, because IDs sort by time. */
export async function sweepInstanceLogs({ blobs, clock }: Pick<Deps, 'blobs' | 'clock'>): Promise<void> {
  const { objects } = await blobs.list({ prefix, limit: 200 });
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < clock.now() - retention.instanceLogsMs);
  if (old.length > 0) await blobs.delete(old.map(({ key }) => key));
}
