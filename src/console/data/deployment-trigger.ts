// Says what began a deployment, by who asked for it.
import type { components } from '../../client/api.gen.d.ts';

type Deployment = components['schemas']['DeploymentEntry'];

export const triggers = ['deploy', 'push', 'install', 'automatic'] as const;
export type Trigger = (typeof triggers)[number];

export const triggerNames: Record<Trigger, string> = {
  deploy: 'Deploy',
  push: 'Push',
  install: 'Install',
  automatic: 'Automatic',
};

/** Slipway itself deploys only what is live already: with another secret, or a version that served before. */
export function triggerOf({ created_by, kind }: Pick<Deployment, 'created_by' | 'kind'>): Trigger {
  if (created_by.type === 'hook') return 'push';
  if (created_by.type === 'system') return 'automatic';
  return kind === 'extractor' ? 'deploy' : 'install';
}

interface Timed {
  created_at: string;
  promoted_at: string | null;
  steps: readonly { ended_at: string | null }[];
}

/** Time from the request until it was live or its last step ended, in milliseconds. Null while it is under way, and where no step began. */
export function tookMs({ created_at, promoted_at, steps }: Timed): number | null {
  const end = promoted_at ?? steps.at(-1)?.ended_at ?? null;
  return end === null ? null : Date.parse(end) - Date.parse(created_at);
}
