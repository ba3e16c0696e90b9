// Finds plugins that nobody uses.
import type { ListedPlugin } from './listed-plugins.ts';

const unusedMs = 90 * 86_400_000;

/** Returns whether the plugin was not called for 90 days. */
export function isUnused({ calls }: ListedPlugin): boolean {
  return calls !== undefined && Date.parse(calls.last_called_at ?? '1970-01-01') <= Date.now() - unusedMs;
}
