// Finds what fails now among the plugins of a namespace: what does not serve, and what serves with errors.
import type { components } from '../../client/api.gen.d.ts';
import { isFailing } from '../../contract/health.ts';

type Overview = components['schemas']['PluginOverview'];

export interface FailingPlugin {
  plugin: Pick<Overview, 'kind' | 'name'>;
  state: 'Failed' | 'Failing' | 'Rejected' | 'Update failed';
  /** Says what that means for calls. */
  effect: string;
  /** The deployment that says why. */
  deployment: string | null;
}

/** Lists first what most calls suffer from: failed calls, or those of the day to a plugin that answers none any more. */
export function failingPlugins(overviews: readonly Overview[]): FailingPlugin[] {
  const found = overviews.flatMap((overview) => {
    const failure = failureOf(overview);
    return failure ? [{ failure, impact: impactOf(overview, failure) }] : [];
  });
  return found
    .toSorted((a, b) => b.impact - a.impact || rank[a.failure.state] - rank[b.failure.state])
    .map(({ failure }) => failure);
}

const rank: Record<FailingPlugin['state'], number> = { Failed: 0, Failing: 1, Rejected: 2, 'Update failed': 3 };

function impactOf({ calls, live_calls }: Overview, { state }: FailingPlugin): number {
  if (state === 'Failing') return live_calls?.errors ?? 0;
  return state === 'Failed' ? calls : 0;
}

/** Whether so many calls of the live version failed since its promotion that the plugin is failing. */
export function failsNow({ live_calls }: Pick<Overview, 'live_calls'>): boolean {
  return live_calls !== null && isFailing(live_calls);
}

function failureOf(plugin: Overview): FailingPlugin | undefined {
  const { live_calls, live_version, newest_deployment, state, verdict } = plugin;
  const failed = newest_deployment?.status === 'failed' ? newest_deployment : null;
  if (state === 'failed')
    return { plugin, state: 'Failed', effect: 'No version is live.', deployment: failed?.deployment_id ?? null };
  if (state !== 'live') return undefined;
  if (live_calls !== null && isFailing(live_calls)) {
    const { calls, errors } = live_calls;
    const effect = `${errors.toLocaleString('en')} of ${calls.toLocaleString('en')} calls to ${live_version} failed.`;
    return { plugin, state: 'Failing', effect, deployment: null };
  }
  if (verdict === 'reject')
    return { plugin, state: 'Rejected', effect: 'The scan rejects it now; live versions stay live.', deployment: null };
  if (failed) {
    const effect = `${failed.version ?? 'The newest deployment'} failed; ${live_version} stays live.`;
    return { plugin, state: 'Update failed', effect, deployment: failed.deployment_id };
  }
  return undefined;
}
