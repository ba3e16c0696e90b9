// Tells the kernel's tests what they need to know about sets of tools.
import { env } from 'cloudflare:workers';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { namespaceIn } from '../../../support/scenes/organization.ts';

const at = '/v1/namespaces/{namespace_id}/tool-sets';
const named = { of: 'namespace', means: { name: 'tool_set_name' } } as const;
const body = { tools: [{ name: 'find_papers', plugin: 'paper_search' }] };

const authorization: Record<string, Row> = {
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

export const rows: FeatureRows = {
  authorization,
  missingIds: { tool_set_name: 'absent' },
  ids: async ({ name, org }) => {
    const set = `set-of-${name.toLowerCase()}`;
    await org.put(`/v1/namespaces/${org.namespaceId}/tool-sets/${set}`, body);
    return { tool_set_name: set };
  },
  operationEvents: { [`DELETE ${at}/{name}`]: ['tool_set.deleted'], [`PUT ${at}/{name}`]: ['tool_set.set'] },
  explanations: { tool_sets: ['tool_set.'] },
  makeDue: async ({ old, org }) => {
    const id = await namespaceIn(org, 'with_tool_sets');
    await org.put(`/v1/namespaces/${id}/tool-sets/research`, body);
    await copyRow('tool_sets', { from: 10_001, times: 1000 }, { namespace_id: `'${id}'`, name: "'set-' || i" });
    await env.DB.prepare('update namespaces set deleted_at = ? where id = ?').bind(Number(old), id).run();
  },
};
