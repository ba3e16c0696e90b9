// The beat of a local start, every 10 s: cron doesn't fire in a local workerd, so its handler is called from here (design §6).
import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 10_000;
/** A Worker that repacks a large archive is busy for a while, and not dead. */
const answerMs = 20_000;
const scheduledMs = 60_000;
/** So many beats in a row without an answer, and the Worker is started anew. */
const missesMax = 3;

export interface Heartbeat {
  url: string;
  onLine(line: string): void;
  /** Miniflare restarts a workerd that died, but wrangler's proxy, when it is the one, waits for its Worker ever after. */
  revive(): Promise<void>;
}

/** Returns what ends it. A beat begins only when the one before is over. */
export function startHeartbeat({ url, onLine, revive }: Heartbeat): () => void {
  const ended = new AbortController();
  const beat = async () => {
    for (let misses = 0; !ended.signal.aborted; await pause(ended.signal)) {
      const silence = await failureOf(`${url}/healthz`, answerMs);
      misses = silence === undefined ? 0 : misses + 1;
      const failure = silence ?? (await failureOf(`${url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`, scheduledMs));
      if (ended.signal.aborted) return;
      if (failure !== undefined) onLine(failure);
      if (misses >= missesMax) await revive();
    }
  };
  void beat();
  return () => ended.abort();
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(everyMs, undefined, { signal }).catch(() => {});
}

async function failureOf(url: string, waitMs: number): Promise<string | undefined> {
  const { pathname } = new URL(url);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(waitMs) });
    const text = await response.text();
    return response.ok ? undefined : `${pathname} answered ${response.status}: ${text.split('\n')[0]}`;
  } catch (error) {
    return `${pathname} did not answer: ${error instanceof Error ? error.message : error}`;
  }
}
