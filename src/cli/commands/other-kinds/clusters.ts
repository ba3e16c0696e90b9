// Defines `slipway clusters`: operators connect, check and remove Ray clusters. Reads the token from an environment variable, never
// from an argument, which other users of the machine could see.
import { type Command, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { credentialProblem } from '../../../client/errors.ts';
import { type ClusterNetwork, clusterNetworks } from '../../../contract/states.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withAdminConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type Cluster = components['schemas']['ClusterInFull'];

interface AddOptions {
  dashboard: string;
  serve: string;
  tokenEnv: string;
  trustedFor?: string[];
  all?: true;
  network: ClusterNetwork;
}

export function addClusters(program: Command, context: CommandContext): void {
  const group = program.command('clusters').summary('connect Ray clusters, for plugins that need a GPU (operators)');
  addAddCommand(group, context);
  addListCommand(group, context);
  addShowCommand(group, context);
  addEditCommand(group, context);
  addCheckCommand(group, context);
  addRemoveCommand(group, context);
}

function addAddCommand(group: Command, context: CommandContext): void {
  const add = group
    .command('add')
    .summary('check a cluster and connect it')
    .description('Checks a Ray cluster and connects it. Needs the admin token.')
    .argument('<name>', 'a name for the cluster')
    .requiredOption('--dashboard <url>', "the URL of Ray's dashboard")
    .requiredOption('--serve <url>', "the URL of Ray Serve's HTTP proxy")
    .requiredOption('--token-env <variable>', 'the variable that holds its RAY_AUTH_TOKEN')
    .addOption(
      new Option('--trusted-for <organizations...>', 'run the plugins of these organizations').conflicts('all'),
    )
    .option('--all', 'run the plugins of all organizations')
    .addOption(networkOption().default('none'));
  addExamples(
    add,
    'slipway clusters add gpu --dashboard https://ray.example.com \\',
    '    --serve https://serve.example.com --token-env RAY_TOKEN --all',
  );
  withAdminConnection<AddOptions>(add, context, async ({ client, signal }, options, name = '') => {
    const body = {
      name,
      dashboard_url: options.dashboard,
      serve_url: options.serve,
      token: tokenOf(context.environment[options.tokenEnv], options.tokenEnv),
      trusted_for: trustOf(options),
      network: options.network,
    };
    const added = await client.post('/v1/admin/clusters', { body, signal });
    return { json: added, text: `✓ connected ${added.name} (Ray ${added.ray_version})\n` };
  });
}

function networkOption(): Option {
  const description =
    'open: plugins that are granted hosts may run there, unconfined; none: only those that ask for none';
  return new Option('--network <network>', description).choices(clusterNetworks);
}

function tokenOf(value: string | undefined, variable: string): string {
  const problem = value ? credentialProblem(value) : 'no token';
  if (value && problem === undefined) return value;
  throw new Failure('usage', `the variable ${variable} contains ${problem}`, {
    title: 'Token required',
    hint: `Set ${variable} to the cluster's RAY_AUTH_TOKEN.`,
  });
}

function trustOf({ trustedFor, all }: AddOptions): string[] | null {
  if (trustedFor) return trustedFor;
  if (all) return null;
  throw new Failure('usage', "the cluster's organizations are missing", {
    title: 'Trust required',
    hint: 'Pass --trusted-for ORGANIZATION, or --all. Plugins are not confined on a cluster.',
  });
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group.command('list').description('Lists the clusters. Tokens are never shown. Needs the admin token.');
  addExamples(list, 'slipway clusters list');
  addPageOptions(list);
  withAdminConnection<PageOptions>(list, context, async ({ client, signal }, options) => {
    const { results, pagination } = await client.get('/v1/admin/clusters', { query: pageQuery(options), signal });
    return pageResult(results, pagination.next_cursor, formatClusters(results));
  });
}

function addShowCommand(group: Command, context: CommandContext): void {
  const show = group
    .command('show')
    .summary('show a cluster')
    .description('Shows a cluster with its last check. Needs the admin token.')
    .argument('<name>', "the cluster's name");
  addExamples(show, 'slipway clusters show gpu');
  withAdminConnection(show, context, async ({ client, signal }, _, name = '') => {
    const path = { cluster_name: name };
    const cluster = await client.get('/v1/admin/clusters/{cluster_name}', { path, signal });
    return { json: cluster, text: formatCluster(cluster) };
  });
}

function addEditCommand(group: Command, context: CommandContext): void {
  const edit = group
    .command('edit')
    .summary("change a cluster's network")
    .description(
      'Says whether plugins that are granted hosts may run on a cluster, from their next start on. Needs the admin token.',
    )
    .argument('<name>', "the cluster's name")
    .addOption(networkOption().makeOptionMandatory());
  addExamples(edit, 'slipway clusters edit gpu --network open');
  withAdminConnection<Pick<AddOptions, 'network'>>(
    edit,
    context,
    async ({ client, signal }, { network }, name = '') => {
      const path = { cluster_name: name };
      const changed = await client.patch('/v1/admin/clusters/{cluster_name}', { path, body: { network }, signal });
      return { json: changed, text: `✓ changed ${changed.name}: network ${changed.network}\n` };
    },
  );
}

function addCheckCommand(group: Command, context: CommandContext): void {
  const check = group
    .command('check')
    .summary('check a cluster now')
    .description('Checks a cluster now and shows the result. Needs the admin token.')
    .argument('<name>', "the cluster's name");
  addExamples(check, 'slipway clusters check gpu');
  withAdminConnection(check, context, async ({ client, signal }, _, name = '') => {
    const path = { cluster_name: name };
    const cluster = await client.post('/v1/admin/clusters/{cluster_name}/check', { path, signal });
    return { json: cluster, text: formatCluster(cluster) };
  });
}

function addRemoveCommand(group: Command, context: CommandContext): void {
  const remove = group
    .command('remove')
    .summary('disconnect a cluster')
    .description('Disconnects a cluster and deletes its token. Needs the admin token.')
    .argument('<name>', "the cluster's name")
    .addOption(yesOption());
  addExamples(remove, 'slipway clusters remove gpu');
  withAdminConnection<{ yes?: true }>(remove, context, async ({ client, signal }, { yes }, name = '') => {
    await requireConfirmation(`Remove the cluster ${name}`, yes, signal);
    const path = { cluster_name: name };
    const removed = await client.delete('/v1/admin/clusters/{cluster_name}', { path, signal });
    return { json: removed, text: `✓ removed ${removed.name}\n` };
  });
}

function formatClusters(clusters: Cluster[]): string {
  if (clusters.length === 0) return 'No clusters yet. Connect one with `slipway clusters add NAME`.\n';
  const rows = clusters.map(({ name, state, ray_version, network, files, trusted_for, checked_at }) => [
    name,
    state,
    ray_version ?? '-',
    network,
    fileWords[files ?? 'unknown'],
    trusted_for === null ? 'all' : String(trusted_for.length),
    formatTime(checked_at),
  ]);
  return table([['NAME', 'STATE', 'RAY', 'NETWORK', 'FILES', 'ORGANIZATIONS', 'CHECKED'], ...rows]);
}

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
