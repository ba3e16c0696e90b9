// Describes what `--json` prints for the export of an organization.

export const outputs = {
  'orgs export': '`{folder, rows, objects, events, bytes}`',
};
