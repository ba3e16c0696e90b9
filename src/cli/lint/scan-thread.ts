// Runs in a worker thread of the checkout. Loads the scanner through the compile cache. The package uses scripts/bundle/scan-thread.ts
// instead.
import module from 'node:module';
import { workerData } from 'node:worker_threads';
import type { ThreadData } from './threaded-scanner.ts';

const { cacheFolder, level }: ThreadData = workerData;
if (cacheFolder !== undefined) module.enableCompileCache?.(cacheFolder);
const { scanBatches } = await import('./scan-batches.ts');
scanBatches(level);
