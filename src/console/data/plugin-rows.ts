// Groups the versions of the plugin list by plugin.
import type { components } from '../../client/api.gen.d.ts';
import { newestWord, type PluginWord, pluginWord } from '../../contract/state-words.ts';

type Version = components['schemas']['PluginListItem'];
type Overview = components['schemas']['PluginOverview'];

export const pluginStates = [
  'live',
  'failing',
  'deploying',
  'failed',
  'batch only',
  'not deployed',
] as const satisfies readonly PluginWord[];
export type PluginState = PluginWord;

export const scanVerdicts = ['pass', 'warn', 'reject'] as const satisfies readonly Version['scan_verdict'][];

export interface PluginRow {
  name: string;
  /** The live version, or else the newest. */
  version: Version;
  liveVersion: string | null;
  state: PluginState;
  /** Time of the last change to any version. */
  changedAt: string;
}

/**
 * Returns a row per plugin. Versions come in API order: by name, then lowest number first. The overviews, keyed by `kind name`, tell
 * which version is live.
 */
export function pluginRows(versions: readonly Version[], overviews: ReadonlyMap<string, Overview>): PluginRow[] {
  const plugins = Map.groupBy(versions, ({ name }) => name);
  return [...plugins].flatMap(([name, own]) => {
    const overview = overviews.get(`extractor ${name}`);
    const liveVersion = overview?.live_version ?? null;
    const version = own.find((one) => one.version === liveVersion) ?? own.at(-1);
    if (!version) return [];
    const changedAt = own.reduce((last, { updated_at }) => (updated_at > last ? updated_at : last), '');
    return [{ name, version, liveVersion, state: overview ? pluginWord(overview) : stateOf(version), changedAt }];
  });
}

/** Returns the state of a plugin without an overview, as there may be more plugins than overviews. */
function stateOf({ deployed, deployment_state }: Version): PluginState {
  return deployed ? 'live' : newestWord(deployment_state);
}
