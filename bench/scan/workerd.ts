// Measures a scan in workerd from outside, because workerd's clock stands still while code runs.
import { freePorts } from '../../scripts/machine/ports.ts';

export interface WorkerTimes {
  /** Medians in milliseconds. */
  cold: number;
  warm: number;
  /** A request without files on a warm isolate. This overhead is part of the other times. */
  empty: number;
}

export interface PluginFile {
  path: string;
  text: string;
}

const isolates = 3;
const scans = 15;

export async function measuredInWorkerd(files: readonly PluginFile[]): Promise<WorkerTimes> {
  Object.assign(process.env, {
    CI: '1',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_LOG: 'error',
    WRANGLER_WRITE_LOGS: 'false',
  });
  const { unstable_startWorker } = await import('wrangler');
  const cold: number[] = [];
  const warm: number[] = [];
  const empty: number[] = [];
  for (let isolate = 0; isolate < isolates; isolate += 1) {
    const [port = 0] = await freePorts(1);
    const worker = await unstable_startWorker({
      config: 'bench/scan/worker.toml',
      envFiles: [],
      dev: {
        server: { hostname: '127.0.0.1', port },
        inspector: false,
        watch: false,
        liveReload: false,
        persist: false,
        logLevel: 'error',
      },
    });
    await worker.ready;
    const url = `http://127.0.0.1:${port}/`;
    empty.push(await timed(url, []));
    cold.push(await timed(url, files));
    for (let scan = 0; scan < scans; scan += 1) {
      warm.push(await timed(url, files));
      empty.push(await timed(url, []));
    }
    await worker.dispose();
  }
  return { cold: median(cold), warm: median(warm), empty: median(empty) };
}

async function timed(url: string, files: readonly PluginFile[]): Promise<number> {
  const body = JSON.stringify(files);
  const start = performance.now();
  const response = await fetch(url, { method: 'POST', body });
  await response.text();
  if (!response.ok) throw new Error(`the scan in workerd failed: ${response.status}`);
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
