// Places the events of models in the filters of events.

export const eventFilters = [{ group: 'model.', after: 'source.' }] as const;
