// The version whose README a plugin's page shows.
import type { Schemas } from '../../../data/api.ts';

/** Returns the live version, or the newest one if none is live. */
export function shownVersion({ serving_version, results }: Schemas['PluginVersions']): string | undefined {
  return serving_version ?? results[0]?.version;
}
