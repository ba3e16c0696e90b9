// Tells the kernel's tests what they need to know about agent plugins.
import { artifactKey } from '../../../../src/features/agents/artifact.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { agents, registered, registration } from '../scenes/agents.ts';

const means = { id: 'agent_id', name: 'agent_name', version: 'agent_version' };
const read = { scope: 'plugins:read', of: 'everyone', means } as const;
const write = { scope: 'plugins:write', of: 'registrant', means } as const;

const authorization: Record<string, Row> = {
  'POST /api/v1/plugins': {
    ...write,
    of: 'organization',
    sent: { body: registration() },
    ready: async () => ({ sent: { body: registration() } }),
  },
  'GET /api/v1/plugins': read,
  'GET /api/v1/plugins/{id}': read,
  'GET /api/v1/plugins/by-name/{name}': read,
  'GET /api/v1/plugins/by-name/{name}/versions/{version}': read,
  'GET /api/v1/plugins/{id}/artifact': { ...read, status: 302 },
  'GET /api/v1/plugins/{id}/schema': read,
  'POST /api/v1/plugins/{id}/validate-config': { ...read, sent: { body: { config: {} } } },
  'POST /api/v1/plugins/{id}/verify': write,
  'PATCH /api/v1/plugins/{id}': { ...write, sent: { body: { description: 'x' } } },
  'DELETE /api/v1/plugins/{id}': {
    ...write,
    status: 204,
    ready: async ({ org }) => ({ ids: { agent_id: await registered({ org }) } }),
  },
};

const times = 1000;
const first = { from: 10_001, times };
const second = { from: 20_001, times };

export const rows: FeatureRows = {
  authorization,
  missingIds: { agent_id: 'plg_00000000000000000000000000', agent_name: 'absent-agent', agent_version: '9.9.9' },
  ids: async ({ name, org }) => ({
    agent_id: await registered({ org }, { name: `${name}-agent`, version: `1.2.3-${name}` }),
    agent_name: `${name}-agent`,
    agent_version: `1.2.3-${name}`,
  }),
  operationEvents: {
    'DELETE /api/v1/plugins/{id}': ['agent_plugin.yanked'],
    'PATCH /api/v1/plugins/{id}': ['agent_plugin.described'],
    'POST /api/v1/plugins': ['agent_plugin.registered'],
    'POST /api/v1/plugins/{id}/validate-config': [],
    'POST /api/v1/plugins/{id}/verify': ['agent_plugin.pending'],
  },
  explanations: { agent_artifacts: ['agent_plugin.'] },
  bookkeeping: {
    agent_artifacts: {
      attempts: 'claims',
      lease_token: 'a lease',
      lease_until: 'a lease',
      last_fetched_at: 'a time of use',
      mirrored: 'a copy in the store was released',
    },
  },
  unkeyed: ['/api/v1/plugins/:id/validate-config'],
  storedObjects: [[artifactKey('a'.repeat(64)), 'application/octet-stream']],
  singleMessages: ['verify-artifact', 'artifact-fetched'],
  makeDue: async ({ old, org }) => {
    if ((await org.post(agents, registration())).status !== 200) throw new Error('not registered');
    const version = "'1.0.' || i";
    await copyRow('agent_artifacts', first, { version, verification: "'pending'", next_check_at: old });
    const copies = { mirrored: '1', yanked_at: '1', checksum: "printf('%064d', i)" };
    await copyRow('agent_artifacts', second, { version, ...copies, next_check_at: 'null' });
  },
};
