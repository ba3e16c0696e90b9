// Describes what `--json` prints for the commands of agent plugins.

export const outputs = {
  'agents list': '`{results, pagination}`, where each result is a `AgentPlugin`',
};
