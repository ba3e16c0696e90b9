// Defines the events and states of Ray clusters.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';
import { clusterNetworks } from '../../states.ts';

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

const clusterNetwork = z.enum(clusterNetworks).describe('`open`: plugins that are granted hosts may run there.');

export const events = {
  'organization.cluster_added': eventWithData(
    "The operator connected a Ray cluster that runs an organization's plugins.",
    { name: z.string(), network: clusterNetwork },
  ),
  'organization.cluster_changed': eventWithData(
    "The operator changed a Ray cluster that runs an organization's plugins.",
    {
      name: z.string(),
      network: clusterNetwork,
    },
  ),
  'organization.cluster_removed': eventWithData("The operator removed an organization's Ray cluster.", {
    name: z.string(),
  }),
};
