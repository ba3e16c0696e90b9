// Describes the events of approvals in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'version.approved': 'approved {plugin_id}',
  'version.rejected': 'rejected {plugin_id}',
  'version.stage_expired': 'ended the wait of {plugin_id} for approval',
  'plugin.approval_changed': 'changed whether new versions of a plugin wait for approval',
};
