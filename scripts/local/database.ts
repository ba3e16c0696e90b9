// Opens the local D1 database from Node before the Worker starts and opens it.
import { join } from 'node:path';
import { writePrivateJson } from './private-file.ts';

/** Wrangler's persistence path, which contains its version folder. */
export function platformFolder(state: string): string {
  return join(state, 'platform');
}

export async function withLocalDatabase<Result>(
  state: string,
  use: (db: D1Database) => Promise<Result>,
): Promise<Result> {
  // Imported late: it takes a second to load, and prepareWrangler must set its environment first.
  const { getPlatformProxy, unstable_readConfig } = await import('wrangler');
  const { name, compatibility_date, d1_databases } = unstable_readConfig({ config: 'wrangler.toml' });
  const configPath = join(state, 'database-only.json');
  await writePrivateJson(configPath, { name, compatibility_date, d1_databases });
  const platform = await getPlatformProxy<{ DB: D1Database }>({
    configPath,
    envFiles: [],
    remoteBindings: false,
    persist: { path: join(platformFolder(state), 'v3') },
  });
  try {
    return await use(platform.env.DB);
  } finally {
    await platform.dispose();
  }
}
