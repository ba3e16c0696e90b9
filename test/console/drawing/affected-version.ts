// A row of the list of advisories, without the packages and the import that it would take to get one from the server.
import type { components } from '../../../src/client/api.gen.d.ts';

export type AffectedVersion = components['schemas']['AffectedVersion'];

export const affectedVersion: AffectedVersion = {
  advisory: { advisory_id: 'GHSA-j8r2-6x86-q33q', aliases: ['CVE-2023-32681'], severity: 'critical', summary: 'Leaks' },
  fixed_in: '2.31.0',
  live: [{ deployment_id: 'dep_1', namespace_id: 'ns_1', namespace_name: 'default' }],
  namespace_id: 'ns_1',
  package: { ecosystem: 'PyPI', name: 'requests', purl: 'pkg:pypi/requests@2.30.0', version: '2.30.0' },
  plugin: { kind: 'extractor', name: 'echo' },
  plugin_id: 'echo_1_0_0',
  reach: 'unknown',
  verdict: 'affected',
  version: '1.0.0',
};
