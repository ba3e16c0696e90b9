// Defines `slipway clusters`: operators connect, check and remove Ray clusters. Reads the token from an environment variable, never
// from an argument, which other users of the machine could see.
import type { components } from '../../../client/api.gen.d.ts';
import { credentialProblem } from '../../../client/errors.ts';
import { clusterNetworks } from '../../../contract/states.ts';
import { adminCommand, commandGroup } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { adminListCommand } from '../../command/list-command.ts';
import { formatTime } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type Cluster = components['schemas']['ClusterInFull'];

const network = {
  description: 'open: plugins that are granted hosts may run there, unconfined; none: only those that ask for none',
  choices: clusterNetworks,
} as const;

const add = adminCommand({
  name: 'add',
  summary: 'check a cluster and connect it',
  description: 'Checks a Ray cluster and connects it. Needs the admin token.',
  arguments: { '<name>': 'a name for the cluster' },
  options: {
    '--dashboard <url>': { description: "the URL of Ray's dashboard", required: true },
    '--serve <url>': { description: "the URL of Ray Serve's HTTP proxy", required: true },
    '--token-env <variable>': { description: 'the variable that holds its RAY_AUTH_TOKEN', required: true },
    '--trusted-for <organizations...>': { description: 'run the plugins of these organizations', conflicts: 'all' },
    '--all': 'run the plugins of all organizations',
    '--network <network>': { ...network, default: 'none' },
  },
  examples: [
    'slipway clusters add gpu --dashboard https://ray.example.com \\',
    '    --serve https://serve.example.com --token-env RAY_TOKEN --all',
  ],
  async run({ client, environment }, { name }, options) {
    const body = {
      name,
      dashboard_url: options.dashboard,
      serve_url: options.serve,
      token: tokenOf(environment[options.tokenEnv], options.tokenEnv),
      trusted_for: trustOf(options),
      network: options.network,
    };
    const added = await client.post('/v1/admin/clusters', { body });
    return { json: added, text: `✓ connected ${added.name} (Ray ${added.ray_version})\n` };
  },
});

function tokenOf(value: string | undefined, variable: string): string {
  const problem = value ? credentialProblem(value) : 'no token';
  if (value && problem === undefined) return value;
  throw new Failure('usage', `the variable ${variable} contains ${problem}`, {
    title: 'Token required',
    hint: `Set ${variable} to the cluster's RAY_AUTH_TOKEN.`,
  });
}

function trustOf({ trustedFor, all }: { trustedFor?: string[]; all?: true }): string[] | null {
  if (trustedFor) return trustedFor;
  if (all) return null;
  throw new Failure('usage', "the cluster's organizations are missing", {
    title: 'Trust required',
    hint: 'Pass --trusted-for ORGANIZATION, or --all. Plugins are not confined on a cluster.',
  });
}

const list = adminListCommand({
  name: 'list',
  description: 'Lists the clusters. Tokens are never shown. Needs the admin token.',
  examples: ['slipway clusters list'],
  fetch: ({ client }, query) => client.get('/v1/admin/clusters', { query }),
  empty: 'No clusters yet. Connect one with `slipway clusters add NAME`.',
  head: ['NAME', 'STATE', 'RAY', 'NETWORK', 'FILES', 'ORGANIZATIONS', 'CHECKED'],
  row: ({ name, state, ray_version, network, files, trusted_for, checked_at }) => [
    name,
    state,
    ray_version ?? '-',
    network,
    fileWords[files ?? 'unknown'],
    trusted_for === null ? 'all' : String(trusted_for.length),
    formatTime(checked_at),
  ],
});

const show = adminCommand({
  name: 'show',
  summary: 'show a cluster',
  description: 'Shows a cluster with its last check. Needs the admin token.',
  arguments: { '<name>': "the cluster's name" },
  examples: ['slipway clusters show gpu'],
  async run({ client }, { name }) {
    const path = { cluster_name: name };
    const cluster = await client.get('/v1/admin/clusters/{cluster_name}', { path });
    return { json: cluster, text: formatCluster(cluster) };
  },
});

const edit = adminCommand({
  name: 'edit',
  summary: "change a cluster's network",
  description:
    'Says whether plugins that are granted hosts may run on a cluster, from their next start on. Needs the admin token.',
  arguments: { '<name>': "the cluster's name" },
  options: { '--network <network>': { ...network, required: true } },
  examples: ['slipway clusters edit gpu --network open'],
  async run({ client }, { name }, { network }) {
    const path = { cluster_name: name };
    const changed = await client.patch('/v1/admin/clusters/{cluster_name}', { path, body: { network } });
    return { json: changed, text: `✓ changed ${changed.name}: network ${changed.network}\n` };
  },
});

const check = adminCommand({
  name: 'check',
  summary: 'check a cluster now',
  description: 'Checks a cluster now and shows the result. Needs the admin token.',
  arguments: { '<name>': "the cluster's name" },
  examples: ['slipway clusters check gpu'],
  async run({ client }, { name }) {
    const path = { cluster_name: name };
    const cluster = await client.post('/v1/admin/clusters/{cluster_name}/check', { path });
    return { json: cluster, text: formatCluster(cluster) };
  },
});

const remove = adminCommand({
  name: 'remove',
  summary: 'disconnect a cluster',
  description: 'Disconnects a cluster and deletes its token. Needs the admin token.',
  arguments: { '<name>': "the cluster's name" },
  examples: ['slipway clusters remove gpu'],
  confirm: ({ name }) => `Remove the cluster ${name}`,
  async run({ client }, { name }) {
    const path = { cluster_name: name };
    const removed = await client.delete('/v1/admin/clusters/{cluster_name}', { path });
    return { json: removed, text: `✓ removed ${removed.name}\n` };
  },
});

const clusters = commandGroup(
  { name: 'clusters', summary: 'connect Ray clusters, for plugins that need a GPU (operators)' },
  [add, list, show, edit, check, remove],
);

/** Names the files that the cluster gets. */
const fileWords = { any: 'any size', small: 'up to 8 MiB', unknown: '-' } as const;

function formatCluster(cluster: Cluster): string {
  const { name, state, message, ray_version, files, dashboard_url, serve_url, network, trusted_for, checked_at } =
    cluster;
  return table([
    ['name', name],
    ['state', state],
    ...(message === null ? [] : [['message', printable(message)]]),
    ['Ray', ray_version ?? '-'],
    ['files', files === 'small' ? "up to 8 MiB: its nodes can't reach the store" : fileWords[files ?? 'unknown']],
    ['dashboard', dashboard_url],
    ['serve', serve_url],
    ['network', network === 'open' ? 'open, plugins are not confined' : network],
    ['trusted for', trusted_for === null ? 'all organizations' : trusted_for.join(', ')],
    ['checked', formatTime(checked_at)],
  ]);
}

export const feature = defineCliFeature({
  commands: [{ add: clusters, after: 'builders' }],
  checks: [async (client) => (await import('./doctor-checks.ts')).checkClusters(client)],
});
