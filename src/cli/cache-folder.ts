// Locates the folder for what `slipway` may recompute.
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's own folder, since a shared one could contain another user's code. */
export function cacheFolder(environment: Record<string, string | undefined>): string {
  return join(environment.XDG_CACHE_HOME || join(homeFolder(environment), '.cache'), 'slipway');
}

/** Returns the folder, or the other one where the user has none that can be written to: what it keeps is then made again by each command. */
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
 * A user whom the system does not know, as of `docker run --user 12345`, has none. Docker names `/` then, which only root writes to, and so does
 * this: nobody else can put files there.
 */
export function homeFolder({ HOME }: Record<string, string | undefined>, find: () => string = homedir): string {
  if (HOME) return HOME;
  try {
    return find();
  } catch {
    return '/';
  }
}
