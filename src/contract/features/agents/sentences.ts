// Describes the events of agent plugins in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'agent_plugin.registered': 'registered {name} {version}',
  'agent_plugin.moved': 'changed the artifact URL of {name} {version}',
  'agent_plugin.pending': "rechecks an agent plugin's artifact",
  'agent_plugin.verified': 'verified an artifact of {size_bytes} bytes',
  'agent_plugin.mismatch': 'found an artifact with checksum {actual} instead of {expected}',
  'agent_plugin.unreachable': 'could not fetch an artifact: {because}',
  'agent_plugin.described': "changed an agent plugin's description",
  'agent_plugin.yanked': 'yanked an agent plugin version',
  'agent_plugin.unyanked': 'offered a yanked agent plugin version again',
  'agent_plugin.quarantined': 'quarantined {name} {version}: {reason}',
  'agent_plugin.unquarantined': 'lifted the quarantine of {name} {version}',
};
