// Builds one list of plugins of every kind: a namespace's extractors, and the organization's Go plugins; features add others.
import type { components } from '../../client/api.gen.d.ts';
import { goPluginWord } from '../../contract/state-words.ts';
import { failsNow } from './failing-plugins.ts';
import type { PluginRow, PluginState } from './plugin-rows.ts';

type Schemas = components['schemas'];
type GoPlugin = Schemas['GoPlugin'];

export const pluginKinds = ['extractor', 'pipeline', 'storage', 'agent'] as const;
export type PluginKind = (typeof pluginKinds)[number];

export type PluginCalls = Pick<
  Schemas['PluginOverview'],
  | 'calls'
  | 'errors'
  | 'p95_ms'
  | 'changed'
  | 'live_calls'
  | 'calls_30d'
  | 'callers_30d'
  | 'calls_by_day'
  | 'last_called_at'
>;

export interface ListedPlugin {
  kind: PluginKind;
  name: string;
  liveVersion: string | null;
  state: PluginState;
  /** The name that its kind has for the state. */
  stateText: string;
  verdict?: Schemas['PluginListItem']['scan_verdict'];
  changedAt: string;
  /** Undefined during loading, and for plugins that can't be called. */
  calls?: PluginCalls | undefined;
}

export function listedExtractor({ version: { scan_verdict: verdict }, ...row }: PluginRow): ListedPlugin {
  return { ...row, kind: 'extractor', stateText: row.state, verdict };
}

export function listedGo(
  kind: 'pipeline' | 'storage',
  plugin: GoPlugin,
  calls: Pick<PluginCalls, 'live_calls'> | undefined,
): ListedPlugin {
  const { git_ref, name, restarts, status, updated_at } = plugin;
  const liveVersion = status === 'active' ? git_ref : null;
  const row = { kind, name, liveVersion, changedAt: updated_at, stateText: goPluginWord(plugin) };
  if (status === 'error') return { ...row, state: 'failed' };
  if (status === 'building' || status === 'staged') return { ...row, state: 'deploying' };
  if (calls && failsNow(calls)) return { ...row, state: 'failing', stateText: 'failing' };
  return { ...row, state: restarts === null ? 'live' : 'failed' };
}

/** Filters as in the URL. */
export interface PluginFilter {
  kind?: PluginKind | undefined;
  name?: string | undefined;
  state?: PluginState | undefined;
  use?: 'unused' | undefined;
  verdict?: Schemas['PluginListItem']['scan_verdict'] | undefined;
}

export function matchingPlugins(plugins: readonly ListedPlugin[], filter: PluginFilter): ListedPlugin[] {
  const { kind, name = '', state, verdict } = filter;
  return plugins.filter(
    (plugin) =>
      (kind === undefined || plugin.kind === kind) &&
      (state === undefined || plugin.state === state) &&
      (verdict === undefined || plugin.verdict === verdict) &&
      plugin.name.toLowerCase().includes(name.toLowerCase()),
  );
}
