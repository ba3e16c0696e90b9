// Finds plugins that nobody uses.
import type { ListedPlugin } from './listed-plugins.ts';

const unusedMs = 90 * 86_400_000;

/** Returns whether the plugin was neither called nor changed for 90 days. */
export function isUnused({ calls, changedAt }: ListedPlugin): boolean {
  const since = new Date(Date.now() - unusedMs).toISOString();
  return calls !== undefined && changedAt <= since && (calls.last_called_at ?? '') <= since;
}
