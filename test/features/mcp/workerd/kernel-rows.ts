// Tells the kernel's tests what they need to know about sets of tools.

import type { WayToLower } from '../../../access/way-to-lower.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { callHeaders, callText } from '../scenes/mcp.ts';

const at = '/v1/namespaces/{namespace_id}/tool-sets';
const named = { of: 'namespace', means: { name: 'tool_set_name' } } as const;
const body = { tools: [{ name: 'find_papers', plugin: 'paper_search' }] };

const listing = {
  raw: callText('absent', '{}').replace('tools/call', 'tools/list'),
  headers: { ...callHeaders('absent'), 'mcp-method': 'tools/list' },
};

const authorization: Record<string, Row> = {
  'POST /v1/namespaces/{namespace_id}/mcp': { scope: 'plugins:invoke', of: 'namespace', sent: listing },
  [`POST ${at}/{name}/mcp`]: { ...named, scope: 'plugins:invoke', sent: listing },
  [`GET ${at}`]: { scope: 'plugins:read', of: 'namespace' },
  [`GET ${at}/{name}`]: { ...named, scope: 'plugins:read' },
  [`PUT ${at}/{name}`]: { ...named, scope: 'plugins:deploy', creates: true, sent: { body } },
  [`DELETE ${at}/{name}`]: {
    ...named,
    scope: 'plugins:deploy',
    ready: async ({ org }, fresh) => {
      const name = fresh.toLowerCase().replaceAll('_', '-');
      await org.put(`/v1/namespaces/${org.namespaceId}/tool-sets/${name}`, body);
      return { ids: { tool_set_name: name } };
    },
  },
};

/** Only a person decides. Nothing is proposed for the world's sets. */
const decision = {
  ...named,
  scope: 'versions:approve',
  status: 409,
  sent: { body: { sha256: '0'.repeat(64) } },
} as const;
authorization[`POST ${at}/{name}/approve`] = decision;
authorization[`POST ${at}/{name}/reject`] = decision;

const messages = ['POST /v1/namespaces/{namespace_id}/mcp', `POST ${at}/{name}/mcp`];

const approvedOnly: Omit<WayToLower, 'way' | 'lower'> = {
  lowers: 'toolSetApproval',
  needs: ['plugins:deploy'],
  make: async (org) => {
    const path = `/v1/namespaces/${org.namespaceId}/tool-sets/approved`;
    await org.put(path, { ...body, requires_approval: true });
    return path;
  },
};

const waysToLower: readonly WayToLower[] = [
  { ...approvedOnly, way: 'switch it off', lower: (client, path) => client.put(path, body) },
  { ...approvedOnly, way: 'delete the set', lower: (client, path) => client.del(path) },
];

export const rows: FeatureRows = {
  waysToLower,
  settings: { setToolSet: { description: null, tools: null, requires_approval: 'toolSetApproval' } },
  authorization,
  ownErrors: messages,
  unkeyed: ['/v1/namespaces/:namespace_id/mcp', '/v1/namespaces/:namespace_id/tool-sets/:name/mcp'],
  missingIds: { tool_set_name: 'absent' },
  ids: async ({ name, org }) => {
    const set = `set-of-${name.toLowerCase()}`;
    await org.put(`/v1/namespaces/${org.namespaceId}/tool-sets/${set}`, body);
    return { tool_set_name: set };
  },
  operationEvents: {
    'POST /v1/namespaces/{namespace_id}/mcp': [],
    [`POST ${at}/{name}/mcp`]: [],
    [`DELETE ${at}/{name}`]: ['tool_set.deleted'],
    [`PUT ${at}/{name}`]: ['tool_set.set'],
    [`POST ${at}/{name}/approve`]: [],
    [`POST ${at}/{name}/reject`]: [],
  },
  explanations: { tool_sets: ['tool_set.'] },
  removedLater: ['tool_sets'],
};
