// Follows a run until it ends and shows its progress: a bar on a terminal, an occasional line elsewhere.
import { z } from 'zod';
import { ConnectionError } from '../../../client/errors.ts';
import { pause } from '../../../client/retry.ts';
import { following } from '../../../contract/limits/event-streams.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { Connection } from '../../connection/connect.ts';
import { Outage } from '../../connection/outage.ts';
import { formatCount } from '../../terminal/count.ts';
import { explainInterruption, Failure } from '../../terminal/failure.ts';
import type { Output } from '../../terminal/output.ts';
import { printable } from '../../terminal/terminal-text.ts';
import type { Run } from './create.ts';

const eventsPath = '/v1/namespaces/{namespace_id}/runs/{run_id}/events';
const logEveryMs = 10_000;
const barWidth = 24;
const final: ReadonlySet<string> = new Set(['succeeded', 'partial', 'failed', 'cancelled', 'expired']);

const changeSchema = z.object({
  status: z.string(),
  rows: z.int(),
  done: z.int(),
  failed: z.int(),
  rows_per_second: z.int().nullish(),
});
type Change = z.infer<typeof changeSchema>;

export async function followRun(connection: Connection, output: Output, id: string): Promise<Run> {
  const { client, signal } = connection;
  const path = { namespace_id: await connection.namespaceId(), run_id: id };
  const report = progressReporter(output);
  const outage = new Outage((text) => output.warning(printable(text)));
  try {
    for (;;) {
      try {
        for await (const { data, event } of client.events(eventsPath, { path, onRequestId: outage.end }))
          if (event === 'run') report(changeSchema.parse(JSON.parse(data)));
        const run = await client.exact('get', '/v1/namespaces/{namespace_id}/runs/{run_id}', 'parameters', { path });
        if (final.has(run.status)) return run;
      } catch (error) {
        outage.endure(error);
      }
      await pause(following.reconnectMs, signal);
    }
  } catch (error) {
    const hint = `Come back to it with \`slipway runs watch ${id}\`.`;
    if (error instanceof ConnectionError)
      throw new Failure('unreachable', `${error.message}: the run continues`, { title: 'Connection lost', hint });
    throw explainInterruption(error, 'the run continues', hint);
  } finally {
    output.progress('');
  }
}

/** Averages the rate over the whole run, so the remaining time doesn't jump. */
export function progressReporter(
  output: Output,
  now: () => number = () => performance.now(),
): (change: Change) => void {
  const startedAt = now();
  let first: number | undefined;
  let loggedAt = startedAt;
  return ({ done, failed, rows, status }) => {
    const ended = done + failed;
    first ??= ended;
    const seconds = (now() - startedAt) / 1000;
    const rate = seconds > 0 ? (ended - first) / seconds : 0;
    const text = progressText({ status, rows, ended, failed, rate });
    output.progress(bar(rows === 0 ? 0 : ended / rows), text);
    if (output.isLive || (now() - loggedAt < logEveryMs && !final.has(status))) return;
    loggedAt = now();
    output.stage(text);
  };
}

interface Progress {
  status: string;
  rows: number;
  ended: number;
  failed: number;
  rate: number;
}

/** The number of rows is unknown until the input has been split. */
function progressText({ ended, failed, rate, rows, status }: Progress): string {
  const isKnown = status !== 'queued' && status !== 'splitting' && status !== 'open';
  const left =
    isKnown && rate > 0 && !final.has(status) ? `${formatDuration(((rows - ended) / rate) * 1000)} left` : '';
  return [
    status,
    isKnown ? `${formatCount(ended)} of ${formatCount(rows)} rows` : `${formatCount(ended)} rows`,
    rate >= 1 ? `${formatCount(Math.round(rate))} rows/s` : '',
    left,
    failed > 0 ? `${formatCount(failed)} failed` : '',
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function bar(part: number): string {
  const full = Math.round(Math.min(1, part) * barWidth);
  return `[${'='.repeat(full)}${' '.repeat(barWidth - full)}]`;
}
