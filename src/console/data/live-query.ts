// Follows something through server-sent events. Each event makes the page read it again; without a stream, a timer does.
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';

/** Events in quick succession, such as a burst of log lines, cause one read. */
const gatherMs = 150;
const pollMs = 2000;

type Open = (signal: AbortSignal) => AsyncIterable<unknown>;

export function useLiveQuery(queryKey: QueryKey, isUnderWay: boolean, open: Open): void {
  const queries = useQueryClient();
  const opened = useEffectEvent(open);
  const read = useEffectEvent(() => void queries.invalidateQueries({ queryKey }));
  const key = queryKey.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is followed by another stream.
  useEffect(() => {
    if (!isUnderWay) return;
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readSoon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        read();
      }, gatherMs);
    };
    const follow = async () => {
      for await (const _ of opened(stopped.signal)) readSoon();
    };
    const poll = setInterval(readSoon, pollMs);
    // If the stream can't be opened, the page relies on the timer.
    follow().catch(() => undefined);
    return () => {
      stopped.abort();
      clearInterval(poll);
      clearTimeout(timer);
    };
  }, [key, isUnderWay]);
}
