// Follows a run through server-sent events, or by polling if no stream can be opened.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { z } from 'zod/mini';
import { pause } from '../../../../client/retry.ts';
import { rowFormats, separators } from '../../../../contract/runs/records.ts';
import { runStates } from '../../../../contract/states.ts';
import { api } from '../../../data/api.ts';
import { measureProgress, type Progress, type Sample, withSample } from './run-progress.ts';
import { type Run, runQuery, runsKey } from './run-queries.ts';

const pollMs = 2000;
const reconnectMs = 1000;
const clockMs = 1000;

/** The parts of a run that change. */
const change = z.object({
  status: z.enum(runStates),
  error: z.nullable(z.string()),
  /** The size becomes known when the input is read. */
  input: z.object({
    format: z.enum(rowFormats),
    compression: z.nullable(z.literal('gzip')),
    separator: z.nullable(z.enum(separators)),
    failed_of: z.nullable(z.string()),
    bytes: z.nullable(z.int()),
  }),
  rows: z.int(),
  done: z.int(),
  skipped: z.int(),
  failed: z.int(),
  output_bytes: z.int(),
  error_bytes: z.int(),
  attempts: z.int(),
  started_at: z.nullable(z.string()),
  ended_at: z.nullable(z.string()),
});

export function useLiveRun(namespace_id: string, run_id: string, isFollowed: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!isFollowed) return;
    const stopped = new AbortController();
    const { signal } = stopped;
    const { queryKey } = runQuery(namespace_id, run_id);
    let timer: ReturnType<typeof setInterval> | undefined;
    const path = { namespace_id, run_id };
    /** A stream ends after a few minutes. */
    const follow = async () => {
      for (; !signal.aborted; await pause(reconnectMs, signal)) {
        for await (const { data } of api.events('/v1/namespaces/{namespace_id}/runs/{run_id}/events', {
          path,
          signal,
        })) {
          const changed = change.parse(JSON.parse(data));
          queries.setQueryData(queryKey, (before) => before && { ...before, ...changed });
        }
        await queries.invalidateQueries({ queryKey, exact: true });
      }
    };
    const poll = () => {
      timer = setInterval(() => void queries.invalidateQueries({ queryKey, exact: true }), pollMs);
    };
    follow().catch(() => signal.aborted || poll());
    return () => {
      stopped.abort();
      clearInterval(timer);
      // Lists still show the old state.
      void queries.invalidateQueries({ queryKey: runsKey(namespace_id), refetchType: 'active' });
    };
  }, [namespace_id, run_id, isFollowed, queries]);
}

/** Returns the run's current progress, with the rate observed on this page. */
export function useProgress(run: Run): Progress {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const [now, setNow] = useState(Date.now);
  const isOver = run.ended_at !== null;
  const ended = run.done + run.failed;
  useEffect(() => setSamples((before) => withSample(before, { at: Date.now(), ended })), [ended]);
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(() => setNow(Date.now()), clockMs);
    return () => clearInterval(timer);
  }, [isOver]);
  return measureProgress(run, samples, now);
}
