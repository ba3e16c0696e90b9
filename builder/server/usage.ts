// Measures the builder's use of its machine, for GET /health.
import { statfs } from 'node:fs/promises';
import type { Usage } from '../../src/contract/builder/health.ts';

/** Free space is what an unprivileged user may still write. */
export async function machineUsage(stateFolder: string): Promise<Pick<Usage, 'memory' | 'disk'>> {
  const { bavail, blocks, bsize } = await statfs(stateFolder);
  return {
    memory: { process_bytes: process.memoryUsage.rss(), available_bytes: process.availableMemory() },
    disk: { free_bytes: bavail * bsize, total_bytes: blocks * bsize },
  };
}
