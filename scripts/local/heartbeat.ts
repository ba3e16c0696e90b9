// Calls the Worker's cron handler every 10 s, since cron does not fire in a local workerd (design §6).
import { setTimeout as delay } from 'node:timers/promises';

const intervalMs = 10_000;
/** Long enough for a Worker that is busy repacking a large archive. */
const healthTimeoutMs = 20_000;
const scheduledTimeoutMs = 60_000;
/** The Worker is restarted after this many failed health checks in a row. */
const missesMax = 3;

export interface Heartbeat {
  url: string;
  onLine(line: string): void;
  /** Restarts the Worker. Miniflare restarts a dead workerd, but if wrangler's proxy died, the proxy waits for its Worker forever. */
  restart(): Promise<void>;
}

/** Returns a function that stops the heartbeat. A beat starts only after the previous one has finished. */
export function startHeartbeat({ url, onLine, restart }: Heartbeat): () => void {
  const ended = new AbortController();
  const beat = async () => {
    for (let misses = 0; !ended.signal.aborted; await pause(ended.signal)) {
      const healthFailure = await requestFailure(`${url}/healthz`, healthTimeoutMs);
      misses = healthFailure === undefined ? 0 : misses + 1;
      const failure =
        healthFailure ?? (await requestFailure(`${url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`, scheduledTimeoutMs));
      if (ended.signal.aborted) return;
      if (failure !== undefined) onLine(failure);
      if (misses >= missesMax) await restart();
    }
  };
  void beat();
  return () => ended.abort();
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(intervalMs, undefined, { signal }).catch(() => {});
}

async function requestFailure(url: string, waitMs: number): Promise<string | undefined> {
  const { pathname } = new URL(url);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(waitMs) });
    const text = await response.text();
    return response.ok ? undefined : `${pathname} responded with ${response.status}: ${text.split('\n')[0]}`;
  } catch (error) {
    return `${pathname} did not respond: ${error instanceof Error ? error.message : error}`;
  }
}
