// Places the events of runs in the filters of events.

export const eventFilters = [{ group: 'run.', after: 'pointer.' }] as const;
