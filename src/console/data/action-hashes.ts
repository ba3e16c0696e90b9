// Ends of URLs that open the dialog of an action, for the search.

export const actionHashes = {
  rollBack: 'roll-back',
  deploy: 'deploy',
  publish: 'publish',
  createKey: 'create',
  setSecret: 'set',
} as const;
