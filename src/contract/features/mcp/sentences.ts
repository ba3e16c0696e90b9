// Describes the events of sets of tools in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'tool_set.set': 'set the tool set {name}',
  'tool_set.proposed': 'proposed the tool set {name}',
  'tool_set.approved': 'approved the tool set {name}',
  'tool_set.rejected': 'rejected the tool set {name}',
  'tool_set.deleted': 'deleted the tool set {name}',
};
