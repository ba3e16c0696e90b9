// Defines the closed sets of deploy hooks and their pushes.

/** Providers that send pushes to a deploy hook, each with its own signature. */
export const hookProviders = ['github', 'gitlab', 'gitea', 'generic'] as const;
export type HookProvider = (typeof hookProviders)[number];

/**
 * A deploy hook's actions on a push: publish the commit and deploy it; only publish it; or redeploy the active version, without Git.
 */
export const hookActions = ['update', 'publish', 'redeploy'] as const;
export type HookAction = (typeof hookActions)[number];

/** States of a deploy hook's push. Those after `deploying` are final. */
export const pushStates = [
  'queued',
  'running',
  'deploying',
  'live',
  'published',
  'failed',
  'superseded',
  'ignored',
] as const;
export type PushState = (typeof pushStates)[number];
