// What an instance prints: its builder has the newest of it while the instance is there, the store what it had when it was stopped.
import { z } from 'zod';
import type { instanceStates } from '../../contract/builder.ts';
import { retention } from '../../contract/limits.ts';
import { type LogLine, logLineSchema } from '../../contract/log-line.ts';
import type { DeploymentId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';

export interface InstanceLog {
  /** Null: there is no instance. */
  state: (typeof instanceStates)[number] | null;
  lines: LogLine[];
  /** Where to go on. */
  next: string;
}

const prefix = 'logs/';

function logKey(id: DeploymentId): string {
  return `${prefix}${id}.ndjson`;
}

/** All that there is, or what came since an earlier answer's `next`. */
export async function instanceLog(
  { builder, blobs }: Pick<Deps, 'builder' | 'blobs'>,
  id: DeploymentId,
  after?: string,
): Promise<InstanceLog> {
  const running = await builder.logs(id, after);
  if (running) return running;
  const kept = after === undefined ? await blobs.get(logKey(id)) : null;
  return { state: null, lines: kept ? parsed(await kept.text()) : [], next: '' };
}

function parsed(text: string): LogLine[] {
  return z.array(logLineSchema).parse(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line)),
  );
}

/** Before an instance is stopped for good: what it printed may tell why. */
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

/** Logs are forgotten after thirty days. The oldest are listed first: they are named by ids, which sort by time. */
export async function sweepInstanceLogs({ blobs, clock }: Pick<Deps, 'blobs' | 'clock'>): Promise<void> {
  const { objects } = await blobs.list({ prefix, limit: 200 });
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < clock.now() - retention.instanceLogsMs);
  if (old.length > 0) await blobs.delete(old.map(({ key }) => key));
}
