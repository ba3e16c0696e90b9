// Describes what `--json` prints for the commands of members.

export const outputs = {
  'members revoke-invitation': '`{invitation_id}`',
};
