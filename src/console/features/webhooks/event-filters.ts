// Places the events of webhooks in the filters of events.

export const eventFilters = [{ group: 'webhook.', after: 'oidc.' }] as const;
