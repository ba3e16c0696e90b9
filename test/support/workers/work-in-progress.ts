// Counts the Worker's unfinished work, and refuses messages from earlier test files, because the files share one runtime. Emptying the
// storage isn't enough, because earlier work that is still running would send messages about the next file's rows.
import { waitFor } from '../waiting.ts';

/** Longer than the work of any test takes, and shorter than the hook's timeout. */
const finishMs = 300_000;

const unfinished = new Map<symbol, string>();
let acceptedSince = Number.POSITIVE_INFINITY;

/** Counts `work` as unfinished until it settles. `label` identifies work that never does. */
export async function track<Result>(label: string, work: Result | Promise<Result>): Promise<Result> {
  const id = Symbol(label);
  unfinished.set(id, label);
  try {
    return await work;
  } finally {
    unfinished.delete(id);
  }
}

/** Also counts the work that the Worker defers until after its response. */
export function trackDeferred(label: string, context: ExecutionContext): ExecutionContext {
  const waitUntil = context.waitUntil.bind(context);
  context.waitUntil = (work: Promise<unknown>) => waitUntil(track(`${label}, deferred`, work));
  return context;
}

/** Accepts messages sent from now on. */
export function acceptMessages(): void {
  acceptedSince = Date.now();
}

/** Acknowledges messages from earlier files and returns the others. */
export function acceptedMessages<Body>({ messages }: MessageBatch<Body>): Message<Body>[] {
  return messages.filter((message) => {
    const isAccepted = message.timestamp.getTime() >= acceptedSince;
    if (!isAccepted) message.ack();
    return isAccepted;
  });
}

/** Refuses further messages, and resolves when no unfinished work is left. */
export async function finishWork(): Promise<void> {
  acceptedSince = Number.POSITIVE_INFINITY;
  await waitFor(
    () => {
      if (unfinished.size > 0) throw new Error(`Still running: ${[...unfinished.values()].join('; ')}`);
    },
    { timeout: finishMs, interval: 10 },
  );
}
