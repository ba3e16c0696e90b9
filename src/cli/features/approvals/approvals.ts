// Defines `slipway approvals`, `slipway approve` and `slipway reject`, which list and decide versions that wait for approval.
import { goKinds } from '../../../contract/plugin/go-kinds.ts';
import { pageJson, pageNotes, pageOptions, pageQuery } from '../../arguments/paging.ts';
import { serverCommand } from '../../command/command.ts';

export const approvals = serverCommand({
  name: 'approvals',
  summary: 'list versions that wait for approval',
  description: 'Lists the versions that wait for approval in all namespaces that you can see, newest first.',
  options: pageOptions,
  examples: ['slipway approvals'],
  async run({ client }, _, page) {
    const { formatApprovals } = await import('./approval-text.ts');
    const { pagination, results } = await client.get('/v1/approvals', { query: pageQuery(page) });
    const { next_cursor: next } = pagination;
    return { json: pageJson(results, next), text: formatApprovals(results), notes: pageNotes(next) };
  },
});

const decision = {
  '--kind <kind>': { description: 'the kind of Go plugin; VERSION is its ref', choices: goKinds },
  '--note <text>': 'why, for the history',
  '--org': "one of the organization's own plugins",
  '--sha256 <digest>': 'the digest that --show printed',
} as const;

export const approve = serverCommand({
  name: 'approve',
  summary: 'approve a version that waits',
  description: 'Approves a version that another person or a CI job published, and deploys it if they asked for that.',
  arguments: { '<plugin>': 'NAME@VERSION' },
  options: { ...decision, '--show': 'show its publisher, permissions and differences; decide nothing' },
  examples: ['slipway approve my_plugin@1.2.0 --show', 'slipway approve my_plugin@1.2.0 --sha256 3f1c…'],
  async run(connection, { plugin }, options) {
    const { decide, showStaged } = await import('./approve.ts');
    if (options.show) return showStaged(connection, plugin, options, connection);
    return decide(connection, 'approve', plugin, options);
  },
});

export const reject = serverCommand({
  name: 'reject',
  summary: 'reject a version that waits',
  description: 'Rejects a version. It stays listed, can never be deployed, and keeps its number until it is deleted.',
  arguments: { '<plugin>': 'NAME@VERSION' },
  options: decision,
  examples: ["slipway reject my_plugin@1.2.0 --note 'Reads all environment variables'"],
  async run(connection, { plugin }, options) {
    const { decide } = await import('./approve.ts');
    return decide(connection, 'reject', plugin, options);
  },
});
