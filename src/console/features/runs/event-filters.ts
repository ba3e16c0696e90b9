// Places the events of runs in the filters of events.

export const eventFilters = [{ group: 'run.', after: 'push.' }] as const;
