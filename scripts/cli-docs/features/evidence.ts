// Describes what `--json` prints for the commands for evidence.

export const outputs = {
  verify: '`{subject, sha256, verified}`; each verified statement is `{type, keyid, key_state, statement}`',
  provenance: '`{name, version, sha256, folder, files}`',
  sbom: 'the SBOM; with `--output`, `{file}`',
};
