// The bundle's entry point: the functions that main.ts and scan-thread.ts in this folder call.
export { start } from '../../src/cli/start.ts';

export async function scanBatches(level: 'seed' | 'strict'): Promise<void> {
  const scanner = await import('../../src/cli/lint/scan-batches.ts');
  scanner.scanBatches(level);
}
