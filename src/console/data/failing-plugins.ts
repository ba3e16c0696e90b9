// Finds plugins in a namespace that are failing now: without a live version, or live with errors.
import type { components } from '../../client/api.gen.d.ts';
import { isFailing } from '../../contract/health.ts';

type Overview = components['schemas']['PluginOverview'];

export interface FailingPlugin {
  plugin: Pick<Overview, 'kind' | 'name'>;
  state: 'Failed' | 'Failing' | 'Rejected' | 'Update failed';
  /** The effect on calls. */
  effect: string;
  /** The deployment that explains it. */
  deployment: string | null;
}

/** Lists plugins with the most affected calls first: failed calls, or the day's calls to a plugin that no longer responds. */
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

/** Returns whether enough of the live version's calls failed since its promotion to count the plugin as failing. */
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
    return { plugin, state: 'Rejected', effect: 'The scan now rejects it; live versions stay live.', deployment: null };
  if (failed) {
    const effect = `${failed.version ?? 'The newest deployment'} failed; ${live_version} stays live.`;
    return { plugin, state: 'Update failed', effect, deployment: failed.deployment_id };
  }
  return undefined;
}
