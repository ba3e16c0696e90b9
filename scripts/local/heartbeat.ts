// Runs the Worker's cron handler every 10 s, since cron doesn't fire in a local workerd (design §6), and restarts a Worker that stops
// responding.
import { setTimeout as delay } from 'node:timers/promises';
import { formatSeconds } from '../../src/core/quantities.ts';

const intervalMs = 10_000;
/**
 * Runs more often for a while after a start or restart, because the previous process's work continues when its lease expires (`leases`
 * in src/contract/limits/leases.ts).
 */
const recoveryIntervalMs = 2000;
const recoveryMs = 40_000;
/** After a failed health check, the next one follows sooner. */
const retryMs = 1000;
/** Long enough for a Worker that is busy repacking a large archive. */
const healthTimeoutMs = 20_000;
const tickTimeoutMs = 60_000;
/** The Worker is restarted after this many consecutive failed health checks. */
const missesMax = 3;

export interface Heartbeat {
  url: string;
  onLine(line: string): void;
  /** Runs the cron handler. Returns whether this is the first run since the Worker started. */
  tick(): Promise<boolean>;
  /** Restarts the Worker. A workerd that exits restarts without this, but one that hangs doesn't. */
  restart(): void;
}

/** A beat starts only after the previous one has finished. */
export function startHeartbeat({ url, onLine, tick, restart }: Heartbeat): { stop(): void } {
  const ended = new AbortController();
  const { signal } = ended;
  let recoveredAt = performance.now() + recoveryMs;
  const tickOnce = async () => {
    if (await tick()) recoveredAt = performance.now() + recoveryMs;
  };
  const run = async () => {
    for (let misses = 0; !signal.aborted; ) {
      const problem = (await healthProblem(url)) ?? (await tickProblem(tickOnce));
      if (signal.aborted) return;
      misses = problem?.isUnhealthy ? misses + 1 : 0;
      if (problem) onLine(problem.message);
      if (misses >= missesMax) {
        misses = 0;
        restart();
      }
      const intervalNow = performance.now() < recoveredAt ? recoveryIntervalMs : intervalMs;
      await delay(misses === 0 ? intervalNow : retryMs, undefined, { signal }).catch(() => {});
    }
  };
  void run();
  return { stop: () => ended.abort() };
}

interface BeatProblem {
  isUnhealthy: boolean;
  message: string;
}

async function healthProblem(url: string): Promise<BeatProblem | undefined> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(healthTimeoutMs) });
    const text = await response.text();
    if (response.ok) return undefined;
    return { isUnhealthy: true, message: `/healthz responded with ${response.status}: ${text.split('\n')[0]}` };
  } catch (error) {
    return { isUnhealthy: true, message: `/healthz did not respond: ${messageOf(error)}` };
  }
}

async function tickProblem(tick: () => Promise<void>): Promise<BeatProblem | undefined> {
  const timeout = delay(tickTimeoutMs, undefined, { ref: false }).then(() => {
    throw new Error(`no response within ${formatSeconds(tickTimeoutMs)}`);
  });
  try {
    await Promise.race([tick(), timeout]);
    return undefined;
  } catch (error) {
    return { isUnhealthy: false, message: `the cron handler failed: ${messageOf(error)}` };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Waits until `GET /healthz` succeeds. Throws after `waitMs`. */
export async function waitUntilHealthy(url: string, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  let lastResult: unknown = 'no response';
  while (performance.now() < until) {
    try {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) });
      if (response.ok) return;
      lastResult = `${response.status} ${await response.text()}`;
    } catch (error) {
      lastResult = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the Worker did not become healthy: ${lastResult}`);
}
