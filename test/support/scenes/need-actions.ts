// Lists where and how each need is dealt with: pages of the console, and commands. IDs are written as their kind, such as ns_1. Tests of
// needs compare with these, and test/cli/run/need-actions.test.ts checks that the pages and commands exist.

export interface NeedAction {
  page: string | null;
  command: string;
}

export const needActions = {
  advisory: {
    page: '/advisories?live=true&plugin=hello_ext',
    command: 'slipway advisories --live --plugin hello_ext',
  },
  'tool-set': { page: '/n/ns_1/tools', command: 'slipway tools show research --namespace ns_1' },
  approval: { page: '/approvals', command: 'slipway approve hello_ext@1.0.0 --show --namespace ns_1' },
  budget: { page: '/quotas', command: 'slipway budget show' },
  builder: { page: null, command: 'slipway api GET /v1/builders' },
  cluster: { page: '/clusters', command: 'slipway api GET /v1/clusters' },
  'crashed-plugin': { page: '/n/ns_1/plugins/hello_ext', command: 'slipway log hello_ext --namespace ns_1' },
  'deploy-hook': { page: '/deploy-hooks/hook_1', command: 'slipway hooks deliveries hook_1' },
  'disabled webhook': { page: '/webhooks/whk_1', command: 'slipway api POST /v1/webhooks/whk_1/enable' },
  'failed-deployment': {
    page: '/n/ns_1/deployments/dep_1',
    command: 'slipway deployments show dep_1 --namespace ns_1',
  },
  'failing-plugin': {
    page: '/n/ns_1/logs?plugin=hello_ext&level=error',
    command: 'slipway logs hello_ext --level error --namespace ns_1',
  },
  'invalid-inputs': {
    page: '/n/ns_1/logs?plugin=hello_ext&level=error',
    command: 'slipway logs hello_ext --level error --namespace ns_1',
  },
  key: { page: '/keys', command: 'slipway keys revoke key_1' },
  'missing grant': {
    page: '/n/ns_1/plugins/hello_ext/settings',
    command: 'slipway grants give hello_ext --secret API_KEY --namespace ns_1',
  },
  'missing secret': { page: '/n/ns_1/secrets', command: 'slipway secrets set API_KEY --namespace ns_1' },
  quarantined: {
    page: '/n/ns_1/plugins/hello_ext/versions/1.0.0',
    command: 'slipway show hello_ext@1.0.0 --namespace ns_1',
  },
  quota: { page: '/quotas', command: 'slipway quotas list' },
  release: { page: '/n/ns_1/releases/rel_1', command: 'slipway releases show rel_1 --namespace ns_1' },
  webhook: { page: '/webhooks/whk_1', command: 'slipway webhooks deliveries whk_1 --status failed' },
} as const satisfies Record<string, NeedAction>;

/** Replaces IDs as above. */
export function withoutIds({ command, page }: NeedAction): NeedAction {
  const plain = (text: string) => text.replaceAll(/\b([a-z]{2,4})_[0-9a-z]{26}\b/g, '$1_1');
  return { page: page === null ? null : plain(page), command: plain(command) };
}
