// Finds what fails now among the plugins of a namespace: what does not serve, and what serves with errors.
import type { components } from '../../client/api.gen.d.ts';

type Overview = components['schemas']['PluginOverview'];

/** Share of failed calls above which a plugin counts as failing. */
const errorShareMax = 0.05;

/** Whether so many of the calls failed that it counts as failing. */
export function isFailing({ calls, errors }: { calls: number; errors: number }): boolean {
  return calls > 0 && errors / calls > errorShareMax;
}

export interface FailingPlugin {
  plugin: Pick<Overview, 'kind' | 'name'>;
  state: 'Failed' | 'Failing' | 'Rejected' | 'Update failed';
  /** Says what that means for calls. */
  effect: string;
  /** The deployment that says why. */
  deployment: string | null;
}

/** Lists first what answers no calls. */
export function failingPlugins(overviews: readonly Overview[]): FailingPlugin[] {
  const found = overviews.flatMap((overview) => failureOf(overview) ?? []);
  return found.toSorted((a, b) => rank[a.state] - rank[b.state]);
}

const rank: Record<FailingPlugin['state'], number> = { Failed: 0, Failing: 1, Rejected: 2, 'Update failed': 3 };

function failureOf(plugin: Overview): FailingPlugin | undefined {
  const { calls, errors, live_version, newest_deployment, state, verdict } = plugin;
  const failed = newest_deployment?.status === 'failed' ? newest_deployment : null;
  if (state === 'failed')
    return { plugin, state: 'Failed', effect: 'No version serves.', deployment: failed?.deployment_id ?? null };
  if (state !== 'live') return undefined;
  if (isFailing(plugin)) {
    const effect = `${errors.toLocaleString('en')} of ${calls.toLocaleString('en')} calls failed in 24 h.`;
    return { plugin, state: 'Failing', effect, deployment: null };
  }
  if (verdict === 'reject')
    return { plugin, state: 'Rejected', effect: 'The scan rejects it now; what is live stays live.', deployment: null };
  if (failed) {
    const effect = `${failed.version ?? 'The newest deployment'} failed; ${live_version} goes on serving.`;
    return { plugin, state: 'Update failed', effect, deployment: failed.deployment_id };
  }
  return undefined;
}
