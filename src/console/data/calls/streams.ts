// Runs the playground's streamed calls: starts them together, and ends them when the user stops them or leaves the page.
import { useEffect, useRef, useState } from 'react';
import { streamCall } from './playground-calls.ts';
import type { PlaygroundCall } from './realtime-call.ts';
import { ended, type StreamedCall, sent, withEvent } from './streamed-call.ts';

type Change = (change: (before: StreamedCall) => StreamedCall) => void;

export function useStreams() {
  const [streams, setStreams] = useState<readonly StreamedCall[]>([]);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const stop = () => running.current?.abort();
  const start = (calls: readonly PlaygroundCall[]) => {
    stop();
    const own = new AbortController();
    running.current = own;
    setStreams(calls.map(() => sent));
    for (const [place, call] of calls.entries())
      void follow(call, own.signal, (change) => {
        if (running.current !== own) return;
        setStreams((before) => before.map((stream, at) => (at === place ? change(stream) : stream)));
      });
  };
  return { streams, start, stop, isRunning: streams.some(({ end }) => end === null) };
}

async function follow(call: PlaygroundCall, signal: AbortSignal, change: Change): Promise<void> {
  const startedAt = performance.now();
  const atMs = () => performance.now() - startedAt;
  const onRequestId = (requestId: string) => change((before) => ({ ...before, requestId }));
  try {
    const answered = await streamCall(call, { signal, onRequestId });
    if ('answer' in answered) {
      const { answer } = answered;
      return change((before) => ended(before, { how: 'answered', answer }, atMs()));
    }
    for await (const event of answered.events) change((before) => withEvent(before, event, atMs()));
    change((before) => ended(before, { how: 'cut' }, atMs()));
  } catch (error) {
    change((before) => ended(before, signal.aborted ? { how: 'stopped' } : endOf(before, error), atMs()));
  }
}

/** A connection that breaks mid-stream is not a Slipway response. */
function endOf({ requestId }: StreamedCall, error: unknown) {
  return requestId === undefined ? ({ how: 'refused', error } as const) : ({ how: 'cut' } as const);
}
