// Describes what `--json` prints for the commands for approvals.

export const outputs = {
  approve:
    '`DecidedVersion`; with `--show`, a `StagedVersion` with a `PluginDiff` in `diff`, or null if no version is active',
};
