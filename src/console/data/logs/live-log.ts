// Follows an instance's output through server-sent events, or by polling if no stream can be opened.
import { useEffect, useState } from 'react';
import { z } from 'zod/mini';
import { api } from '../api.ts';

const path = '/v1/namespaces/{namespace_id}/deployments/{deployment_id}/logs';
/** Lines on the page. `slipway logs --deployment` shows all of them. */
const linesMax = 500;
const pollMs = 2000;
const reconnectMs = 1000;

const message = z.object({
  lines: z.array(
    z.object({
      at: z.string(),
      stream: z.enum(['stdout', 'stderr', 'host']),
      line: z.string(),
    }),
  ),
});

type Line = z.infer<typeof message>['lines'][number];

export interface LiveLog {
  /** Null before the first response. */
  lines: readonly Line[] | null;
  /** How new lines arrive. Null if none have arrived yet. */
  by: 'stream' | 'reading again' | null;
}

/** Follows the log. With `isOver`, reads it only once, since no more output will come. */
export function useLiveLog(namespace_id: string, deployment_id: string, isOver: boolean): LiveLog {
  const [log, setLog] = useState<LiveLog>({ lines: null, by: null });
  useEffect(() => {
    const stopped = new AbortController();
    const { signal } = stopped;
    const at = { namespace_id, deployment_id };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      const { lines } = await api.get(path, { path: at, query: { tail: linesMax }, signal });
      setLog((before) => (before.by === 'stream' ? before : { lines, by: before.by }));
    };
    const poll = () => {
      setLog(({ lines }) => ({ lines, by: 'reading again' }));
      timer = setTimeout(() => void read().then(poll, poll), pollMs);
    };
    /** A stream ends after a few minutes. The next one starts with the newest lines. */
    const follow = async () => {
      while (!signal.aborted) {
        let lines: Line[] = [];
        const stream = api.events(path, { path: at, query: { follow: 'true', tail: linesMax }, signal });
        for await (const { data } of stream) {
          lines = [...lines, ...message.parse(JSON.parse(data)).lines].slice(-linesMax);
          setLog({ lines, by: 'stream' });
        }
        await new Promise((resolve) => setTimeout(resolve, reconnectMs));
      }
    };
    read().catch(() => undefined);
    if (!isOver) follow().catch(() => signal.aborted || poll());
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [namespace_id, deployment_id, isOver]);
  return log;
}
