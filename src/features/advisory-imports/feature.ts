// Declares imports of advisories: the operator sends zips of OSV records, or names URLs that are read daily.
import { sweepAdvisories } from '../../advisories/sweep.ts';
import { defineFeature } from '../../feature.ts';
import { readImport } from './read-import.ts';
import { adminAdvisories } from './routes/advisory-imports.ts';
import { continueImports, dueImports } from './sweep.ts';

export const advisoryImports = defineFeature({
  name: 'advisory-imports',
  routes: { '/v1/admin/advisories': adminAdvisories },
  fields: { ids: { import_id: ['adv', 'import'] }, examples: { last_import_id: 'adv_01m7wc54fherz84624ahd0kr7h' } },
  messages: { 'read-advisories': { handle: (deps, { id }) => readImport(deps, id), marksRows: true } },
  due: [{ step: sweepAdvisories, due: dueImports }],
  ofNobody: { advisory_imports: "the operator's", advisory_sources: "the operator's" },
  beforeComparing: continueImports,
});
