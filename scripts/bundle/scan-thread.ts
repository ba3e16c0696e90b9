// Runs in a worker thread of the packed `slipway lint`.
import { workerData } from 'node:worker_threads';
import type { ThreadData } from '../../src/cli/lint/threaded-scanner.ts';
import { loadCommands } from './code-cache.ts';

const { level }: ThreadData = workerData;
await loadCommands('lint').scanBatches(level);
