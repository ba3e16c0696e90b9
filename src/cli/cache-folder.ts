// Locates the folder for what `slipway` may recompute.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's own folder, since a shared one could contain another user's code. */
export function cacheFolder({ HOME, XDG_CACHE_HOME }: Record<string, string | undefined>): string {
  return join(XDG_CACHE_HOME || join(HOME || homedir(), '.cache'), 'slipway');
}
