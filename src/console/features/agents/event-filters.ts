// Places the events of agent plugins in the filters of events.

export const eventFilters = [{ group: 'agent_plugin.', after: 'run.' }] as const;
