// URL hashes that open an action's dialog. The search links to them.

export const actionHashes = {
  rollBack: 'roll-back',
  deploy: 'deploy',
  publish: 'publish',
  createKey: 'create',
} as const;
