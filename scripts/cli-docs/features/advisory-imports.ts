// Describes what `--json` prints for the operator's imports of advisories.

export const outputs = {
  'advisories import': '`AdvisoryImport`',
  'advisories take-back': '`{success, import_id, advisories}` for an import; `{success, advisory_id}` for an advisory',
  'advisories sources': '`{sources}`, where each source is an `AdvisorySource`; after `remove`, `{success, url}`',
};
