// URL hashes that open an action's dialog, for the search.

export const actionHashes = {
  rollBack: 'roll-back',
  deploy: 'deploy',
  publish: 'publish',
  createKey: 'create',
  setSecret: 'set',
} as const;
