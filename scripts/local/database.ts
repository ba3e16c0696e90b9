// Opens the local D1 database from Node before the Worker starts and opens it.

import { startMiniflare } from './runtime/miniflare.ts';
import type { WorkerBundle } from './runtime/worker-bundle.ts';

export async function withLocalDatabase<Result>(
  { state, bundle }: { state: string; bundle: WorkerBundle },
  use: (db: D1Database) => Promise<Result>,
): Promise<Result> {
  const { compatibilityDate, d1Databases } = bundle;
  const script = 'export default {}';
  const workers = [{ name: 'database', compatibilityDate, d1Databases, modules: true, script }];
  const miniflare = await startMiniflare(state, workers, (line) => process.stderr.write(`${line}\n`));
  try {
    return await use(await miniflare.getD1Database('DB'));
  } finally {
    await miniflare.dispose();
  }
}
