// Cron doesn't fire in a local workerd, so its handler is called from here: at once, and then every 10 s (design §6).

const everyMs = 10_000;
const tickMaxMs = 60_000;

/** Returns what ends it. A tick starts only when the one before is over. */
export function startCron(url: string, onLine: (line: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const tick = async () => {
    const failure = await runScheduled(url);
    if (stopped) return;
    if (failure !== undefined) onLine(`cron: ${failure}`);
    timer = setTimeout(tick, everyMs);
  };
  void tick();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function runScheduled(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`, {
      signal: AbortSignal.timeout(tickMaxMs),
    });
    const text = await response.text();
    return response.ok ? undefined : `${response.status} ${text}`;
  } catch (error) {
    return String(error);
  }
}
