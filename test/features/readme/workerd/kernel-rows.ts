// Tells the kernel's tests what they need to know about READMEs.
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { pictures } from '../scenes/pictures.ts';

const read = { scope: 'plugins:read', of: 'namespace', means: { plugin_id: 'readme_plugin_id' } } as const;
const readWhole = { ...read, of: 'organization', means: { plugin_id: 'whole_readme_plugin_id' } } as const;
const query = '?path=logo.png';

const authorization: Record<string, Row> = {
  'GET /v1/namespaces/{namespace_id}/plugins/{plugin_id}/readme': read,
  'GET /v1/namespaces/{namespace_id}/plugins/{plugin_id}/readme/image': { ...read, query },
  'GET /v1/plugins/{plugin_id}/readme': readWhole,
  'GET /v1/plugins/{plugin_id}/readme/image': { ...readWhole, query },
};

export const rows: FeatureRows = {
  authorization,
  missingIds: { readme_plugin_id: 'absent_1_0_0', whole_readme_plugin_id: 'absent_1_0_0' },
  ids: async ({ name, org }) => {
    const files = { 'README.md': '# A plugin\n', 'logo.png': pictures.png };
    const own = await publish(org, plugin({ name: `${name}_readme`, files }));
    const whole = { ...org, plugins: '/v1/plugins' };
    const shared = await publish(whole, plugin({ name: `${name}_whole_readme`, files }));
    return { readme_plugin_id: own.plugin_id, whole_readme_plugin_id: shared.plugin_id };
  },
};
