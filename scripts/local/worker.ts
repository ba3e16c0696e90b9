// Runs the Worker of a local Slipway in this process's workerd.
import { startMiniflare } from './miniflare.ts';
import { clockName, type WorkerSettings, workerOptions } from './worker-options.ts';

export interface LocalWorker {
  /** The address of the clock. */
  clockUrl: string;
  dispose(): Promise<void>;
}

interface Running extends WorkerSettings {
  /** Where the inspector of the Workers listens, if one is wanted. */
  inspectorPort?: number;
  onLine(line: string): void;
}

/** Resolves when the Worker listens. It ends with this process. */
export async function startWorker(settings: Running): Promise<LocalWorker> {
  const miniflare = await startMiniflare({ ...settings, workers: await workerOptions(settings) });
  const clock = await miniflare.unsafeGetDirectURL(clockName);
  return { clockUrl: clock.href, dispose: () => miniflare.dispose() };
}
