// Locates the folder for data that `slipway` can recompute.
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Returns the user's own folder, since a shared one could contain another user's code. */
export function cacheFolder(environment: Record<string, string | undefined>): string {
  return join(environment.XDG_CACHE_HOME || join(homeFolder(environment), '.cache'), 'slipway');
}

/** Returns the cache folder, or the fallback if the user has no writable one. In the fallback, each command recomputes its data. */
export async function writableCacheFolder(
  environment: Record<string, string | undefined>,
  otherwise: string,
): Promise<string> {
  const folder = cacheFolder(environment);
  return mkdir(folder, { recursive: true, mode: 0o700 }).then(
    () => folder,
    () => otherwise,
  );
}

/**
 * Returns `/`, as Docker does, for a user without a home folder, such as with `docker run --user 12345`. Only root can write there, so
 * no other user can plant files.
 */
export function homeFolder({ HOME }: Record<string, string | undefined>, find: () => string = homedir): string {
  if (HOME) return HOME;
  try {
    return find();
  } catch {
    return '/';
  }
}
