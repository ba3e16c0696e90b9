// The local D1 file, opened from Node while no Worker runs: the one that the Worker opens afterwards.
import { join } from 'node:path';
import { writePrivateJson } from './private-file.ts';

/** What wrangler calls the persistence path; its version folder is within. */
export function platformFolder(state: string): string {
  return join(state, 'platform');
}

export async function withLocalDatabase<Result>(
  state: string,
  use: (db: D1Database) => Promise<Result>,
): Promise<Result> {
  // Loaded here: it takes a second, and reads its environment, which prepareWrangler sets first.
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
