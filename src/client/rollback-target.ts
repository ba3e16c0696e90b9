// Chooses the version that a rollback offers first: the last healthy one.
import { isFailing } from '../contract/health.ts';
import type { components } from './api.gen.d.ts';

type Schemas = components['schemas'];

interface History extends Pick<Schemas['PluginVersions'], 'rollback_targets'> {
  rollbacks: readonly Pick<Schemas['PluginVersions']['rollbacks'][number], 'at' | 'from' | 'to'>[];
  results: readonly Pick<Schemas['PluginVersion'], 'last_deployed_at' | 'version'>[];
}

type VersionCalls = Pick<
  Schemas['PluginTraffic']['by_version'][number],
  'calls' | 'errors' | 'invalid_inputs' | 'version'
>;

/**
 * Returns the previously live version, skipping those that were rolled back or had failing calls. If that skips all of them, returns
 * the most recent one. Undefined if no other version has been live.
 */
export function bestRollbackTarget(history: History, calls: readonly VersionCalls[]): string | undefined {
  const served = history.rollback_targets;
  return served.find((version) => !wasLeft(history, version) && !hasFailed(calls, version)) ?? served[0];
}

/** Returns whether the version's last event is a rollback away from it. */
function wasLeft({ results, rollbacks }: History, version: string): boolean {
  const left = newest(rollbacks.filter(({ from }) => from === version).map(({ at }) => at));
  const deployed = results.find((one) => one.version === version)?.last_deployed_at ?? '';
  const chosen = newest(rollbacks.filter(({ to }) => to === version).map(({ at }) => at));
  return left > deployed && left > chosen;
}

function newest(times: readonly string[]): string {
  return times.reduce((last, time) => (time > last ? time : last), '');
}

function hasFailed(calls: readonly VersionCalls[], version: string): boolean {
  return calls.some((one) => one.version === version && isFailing(one));
}
