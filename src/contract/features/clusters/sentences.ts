// Describes the events of Ray clusters in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'organization.cluster_added': 'connected the cluster {name}',
  'organization.cluster_changed': 'set the network of the cluster {name} to {network}',
  'organization.cluster_removed': 'removed the cluster {name}',
};
