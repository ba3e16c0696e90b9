// Describes a deployment's trigger: who requested it, its outcome, and when it entered its state.
import type { components } from '../../../client/api.gen.d.ts';
import { isFailing } from '../../../contract/health.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['DeploymentEntry'];

export const triggers = ['publish', 'deploy', 'rollback', 'push', 'install', 'automatic'] as const;
export type Trigger = (typeof triggers)[number];

export const triggerNames: Record<Trigger, string> = {
  publish: 'Publish',
  deploy: 'Deploy again',
  rollback: 'Rollback',
  push: 'Push',
  install: 'Install',
  automatic: 'Automatic',
};

/**
 * A version's first deployment is attributed to its publication. Slipway itself redeploys only live versions after a secret changed,
 * and previously live versions.
 */
export function findTrigger({
  created_by,
  generation,
  kind,
  rollback,
}: Pick<Deployment, 'created_by' | 'generation' | 'kind' | 'rollback'>): Trigger {
  if (created_by.type === 'hook') return 'push';
  if (created_by.type === 'system') return 'automatic';
  if (kind !== 'extractor') return 'install';
  if (rollback) return 'rollback';
  return generation === 1 ? 'publish' : 'deploy';
}

interface Timed {
  created_at: string;
  promoted_at: string | null;
  steps: readonly { ended_at: string | null }[];
}

/**
 * Returns the time from the request until the deployment went live or its last step ended, in milliseconds. Null while the deployment
 * is running, or if no step started.
 */
export function tookMs({ created_at, promoted_at, steps }: Timed): number | null {
  const end = promoted_at ?? steps.at(-1)?.ended_at ?? null;
  return end === null ? null : Date.parse(end) - Date.parse(created_at);
}

/** Returns details that the state doesn't show: why the deployment failed, or which version is live instead. */
export function deploymentDetail(
  { error, serving, status, version }: Pick<Deployment, 'error' | 'serving' | 'status' | 'version'>,
  plugin: Pick<Schemas['PluginOverview'], 'live_calls' | 'live_version'> | undefined,
): string {
  if (error !== null) return error.split('\n')[0] ?? '';
  const live = plugin?.live_version ?? null;
  if (status === 'superseded') return 'A later request superseded it.';
  if (serving && live !== null && live !== version) return `${live} is live.`;
  if (serving) return failedCalls(plugin?.live_calls ?? null);
  if (status !== 'promoted' && status !== 'stopped') return '';
  return live === null
    ? 'It was undeployed.'
    : live === version
      ? 'A later deployment replaced it.'
      : `${live} is live.`;
}

function failedCalls(calls: Schemas['PluginOverview']['live_calls']): string {
  if (calls === null || !isFailing(calls)) return '';
  return `${calls.errors.toLocaleString('en')} of ${calls.calls.toLocaleString('en')} calls failed.`;
}

/** Returns when the deployment entered its state; for a live version, when it was promoted. */
export function deploymentSince(
  { promoted_at, serving, updated_at, version }: Pick<Deployment, 'promoted_at' | 'serving' | 'updated_at' | 'version'>,
  plugin: Pick<Schemas['PluginOverview'], 'live_calls' | 'live_version'> | undefined,
): string {
  if (!serving) return updated_at;
  return (plugin?.live_version === version ? plugin.live_calls?.since : undefined) ?? promoted_at ?? updated_at;
}
