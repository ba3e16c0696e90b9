// The operations that bench/growth measures, with their limits from growth.md and design §9a.

export interface Target {
  namespaceId: string;
  /** ID of a version in the namespace with many versions. */
  deep: string;
  /** The namespace's newest deployment. */
  deploymentId: string;
  endpointId: string;
  organizationId: string;
}

export interface Operation {
  name: string;
  method: string;
  path: string;
  body?: unknown;
  /** Rows on a page, including rows that come with each item, such as a deployment's steps. Null for an operation that isn't a list. */
  page: number | null;
  /** Extra rows that the operation may read; comments in its code say why. */
  more?: number;
  /** Whether to send the operator's token. */
  operator?: true;
}

const get = (name: string, path: string, page: number | null = null): Operation => ({
  name,
  method: 'GET',
  path,
  page,
});

/** Step rows of a page's deployments: four each, including the deployment after the page. */
const stepsOf20 = 100;
/** A list that merges two sources reads a page from each. */
const secondSource = 42;

/** Returns the operations. Each call uses names that no earlier call used. */
export function operations(
  { namespaceId, deep, deploymentId, endpointId, organizationId }: Target,
  unique: string,
): Operation[] {
  const space = `/v1/namespaces/${namespaceId}`;
  const post = (name: string, path: string, body: unknown = {}): Operation => ({
    name,
    method: 'POST',
    path,
    body,
    page: null,
  });
  return [
    get('plugins of the organization, limit 20', '/v1/plugins?limit=20', 20),
    get('plugins of the organization, limit 100', '/v1/plugins?limit=100', 100),
    { ...get('plugins of a namespace', `${space}/plugins?limit=20`, 20), more: secondSource },
    { ...get('plugins of a namespace by name', `${space}/plugins?name=deep_ext&limit=20`, 20), more: secondSource },
    get('plugins available to a namespace', `${space}/plugins/available?limit=20`, 20),
    get('a plugin', `${space}/plugins/${deep}`),
    get('its status', `${space}/plugins/${deep}/status`),
    get('its scan', `${space}/plugins/${deep}/scan`),
    get('its deployments', `${space}/plugins/${deep}/deployments?limit=20`, 20),
    { ...get('versions of a plugin', `${space}/plugins/by-name/deep_ext/versions?limit=20`, 20), more: 5 * 100 },
    { ...get('deployments of a namespace', `${space}/deployments?limit=20`, 20), more: stepsOf20 },
    { ...get('deployments by name', `${space}/deployments?name=wide_1&limit=20`, 20), more: stepsOf20 },
    get('deployments by status', `${space}/deployments?status=queued&limit=20`, 20),
    { ...get('deployments by status, many', `${space}/deployments?status=promoted&limit=20`, 20), more: stepsOf20 },
    get('a deployment', `${space}/deployments/${deploymentId}`),
    get('events', '/v1/events?limit=20', 20),
    get('events by a rare type', '/v1/events?type=waiver.granted&limit=20', 20),
    get('events by a prefix', '/v1/events?type=waiver.&limit=20', 20),
    get('events by a common type', '/v1/events?type=version.published&limit=20', 20),
    get('events of a namespace', `/v1/events?namespace=${namespaceId}&limit=20`, 20),
    get('events since a time', '/v1/events?since=2026-11-20T00:00:00Z&limit=20', 20),
    get('webhooks', '/v1/webhooks', 1),
    get('deliveries', `/v1/webhooks/${endpointId}/deliveries?limit=20`, 20),
    {
      ...get('deliveries by a rare type', `/v1/webhooks/${endpointId}/deliveries?type=waiver.granted&limit=20`, 20),
      more: 1500,
    },
    get('deliveries that failed', `/v1/webhooks/${endpointId}/deliveries?status=failed&limit=20`, 20),
    get('keys', '/v1/keys?limit=20', 20),
    get('waivers', '/v1/waivers?limit=20', 20),
    get('the scan policy', '/v1/scan-policy'),
    get('agent plugins', '/api/v1/plugins?limit=20', 20),
    { ...get('agent plugins by search', '/api/v1/plugins?q=agent-19&limit=20', 20), more: 1500 },
    get('pipeline plugins', '/api/plugins', 0),
    { ...get('organizations', '/v1/admin/organizations?limit=20', 20), operator: true },
    { ...get('usage of an organization', `/v1/admin/organizations/${organizationId}`), operator: true },
    post('list namespaces', '/v1/namespaces/list', {}),
    post('create a key', '/v1/keys', { name: `key ${unique}`, scopes: ['plugins:read'] }),
    post('create a namespace', '/v1/namespaces', {
      namespace_name: `space_${unique}`,
      feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
    }),
    post('request an upload', `${space}/plugins/uploads`, { name: 'deep_ext', file_size_bytes: 100 }),
    post('request an upload of a new plugin', `${space}/plugins/uploads`, { name: `new_${unique}` }),
    post('request a deployment', `${space}/plugins/${deep}/deploy`, {}),
    post('roll back', `${space}/plugins/by-name/wide_1/rollback`, {}),
    // Reads the plugin's live versions, five at first.
    { ...post('undeploy older versions', `${space}/plugins/by-name/wide_2/undeploy`, { keep: 2 }), more: 25 },
    post('grant a waiver for an absent plugin', '/v1/waivers', {
      plugin: `absent_${unique}`,
      rule: 'SLP101',
      reason: 'growth',
      expires_at: '2030-01-01T00:00:00Z',
    }),
    { name: 'change the scan policy', method: 'PUT', path: '/v1/scan-policy', body: { level: 'strict' }, page: null },
    { name: 'change it back', method: 'PUT', path: '/v1/scan-policy', body: { level: 'seed' }, page: null },
  ];
}

/** Returns the maximum number of rows an operation may read (design §9a), based on its reads on an empty database. */
export function limitOf({ page, more = 0 }: Operation, empty: number): number {
  return more + (page === null ? Math.ceil(empty * 1.5) + 20 : 20 + 5 * page);
}
