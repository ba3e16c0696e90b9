// Places the events of deploy hooks in the filters of events.

export const eventFilters = [
  { group: 'push.', after: 'pointer.' },
  { group: 'deploy_hook.', after: 'oidc.' },
] as const;
