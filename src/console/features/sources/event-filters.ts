// Places the events of private sources in the filters of events.

export const eventFilters = [{ group: 'source.', after: 'secret.' }] as const;
