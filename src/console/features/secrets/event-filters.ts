// Places the events of secrets in the filters of events.

export const eventFilters = [{ group: 'secret.', after: 'scan_policy.' }] as const;
