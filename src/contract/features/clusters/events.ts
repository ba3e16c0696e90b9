// Defines the events of Ray clusters.
import { z } from 'zod';
import { eventWithData } from '../../events/event-data.ts';
import { clusterNetworks } from '../../states.ts';

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
