// Defines the closed sets of Ray clusters.

/** Results of a cluster's last check. All except `ready` name a problem. */
export const clusterStates = [
  'ready',
  'not-allowed',
  'unreachable',
  'token-refused',
  'not-ray',
  'version-unsupported',
  'foreign-applications',
  'token-unreadable',
] as const;
export type ClusterState = (typeof clusterStates)[number];

/** Sizes of files that a cluster gets. `small`: its nodes can't reach the store, so archives have to fit into a package. */
export const clusterReaches = ['any', 'small'] as const;
export type ClusterReach = (typeof clusterReaches)[number];
