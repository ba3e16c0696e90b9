// Defines `slipway hooks`, which manages deploy hooks: a push to a Git repository publishes and deploys a plugin.
import { type Command, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { hookProviders } from '../../../contract/states.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, type CommandResult, withConnection } from '../../command.ts';
import type { Connection } from '../../connection/connect.ts';
import type { Environment } from '../../connection/settings.ts';
import { Failure } from '../../failures/failure.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';
import { formatPlan, releaseOptionText } from '../../terminal/release-text.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type Hook = components['schemas']['DeployHook'];
type HookWithSecret = components['schemas']['DeployHookWithSecret'];
type HookDelivery = components['schemas']['HookDelivery'];
type Creation = components['schemas']['DeployHookCreation'];

interface CreateOptions {
  kind: Creation['kind'];
  provider: Creation['provider'];
  repository?: string;
  path?: string;
  branch?: string[];
  tag?: string[];
  action: NonNullable<Creation['action']>;
  org?: true;
  release?: string;
  statusTokenEnv?: string;
  statusApiUrl?: string;
}

export function addHooks(program: Command, context: CommandContext): void {
  const group = program.command('hooks').summary('deploy by pushing to Git').description('Manages deploy hooks.');
  addCreate(group, context);
  addReading(group, context);
  addChanges(group, context);
}

function addCreate(group: Command, context: CommandContext): void {
  const create = group
    .command('create')
    .summary('create a hook')
    .description('Creates a hook for a published plugin. Its secret is shown only once.')
    .argument('<plugin>', 'NAME')
    .addOption(
      new Option('--kind <kind>', 'kind of plugin').choices(['extractor', 'pipeline', 'storage']).default('extractor'),
    )
    .addOption(new Option('--provider <name>', 'the Git provider').choices(hookProviders).default('github'))
    .option('--repository <url>', "the repository's URL (default: the plugin's)")
    .option('--path <path>', "an extractor's folder in the repository")
    .option('--branch <pattern...>', 'branches to deploy, such as main')
    .option('--tag <pattern...>', 'tags to deploy, such as v* (default: all)')
    .addOption(
      new Option('--action <action>', 'what a push does').choices(['update', 'publish', 'redeploy']).default('update'),
    )
    .option('--release <plan>', releaseOptionText)
    .option('--org', "the organization's plugin, with --action publish")
    .option('--status-token-env <name>', 'variable with a token for commit statuses')
    .option('--status-api-url <url>', 'of GitHub Enterprise');
  addExamples(create, "SECRET=$(slipway hooks create ocr --tag 'v*')");
  withConnection<CreateOptions>(create, context, async (connection, options, plugin = '') => {
    const { statusTokenEnv: variable } = options;
    const token = variable === undefined ? undefined : statusToken(context.environment, variable);
    const body = { ...(await creationOf(connection, options, plugin)), ...(token ? { status_token: token } : {}) };
    return secretResult(await connection.client.post('/v1/deploy-hooks', { body, signal: connection.signal }));
  });
}

async function creationOf(connection: Connection, options: CreateOptions, plugin: string): Promise<Creation> {
  const { releaseFields } = await import('../../arguments/release-plan.ts');
  const { action, branch, kind, org, path, provider, release, repository, statusApiUrl, tag } = options;
  return {
    kind,
    plugin,
    provider,
    action,
    ...(kind === 'extractor' && !org ? { namespace_id: await connection.namespaceId() } : {}),
    ...(repository === undefined ? {} : { repository }),
    ...(path === undefined ? {} : { path }),
    ...(branch === undefined ? {} : { branches: branch }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(statusApiUrl === undefined ? {} : { status_api_url: statusApiUrl }),
    ...releaseFields(release),
  };
}

function statusToken(environment: Environment, variable: string): string {
  const token = environment[variable];
  if (token) return token;
  throw new Failure('usage', `the environment variable ${variable} (--status-token-env) is not set`, {
    hint: 'Set it to a token that may write commit statuses, and repeat the command.',
  });
}

function addReading(group: Command, context: CommandContext): void {
  const list = group.command('list').description('Lists hooks.');
  addExamples(list, 'slipway hooks list');
  addPageOptions(list);
  withConnection<PageOptions>(list, context, async ({ client, signal }, options) => {
    const { results, pagination } = await client.get('/v1/deploy-hooks', { query: pageQuery(options), signal });
    return pageResult(results, pagination.next_cursor, formatHooks(results));
  });
  const show = group.command('show').description('Shows a hook.').argument('<hook>', 'hook ID');
  addExamples(show, 'slipway hooks show dhk_…');
  withConnection(show, context, async ({ client, signal }, _, id = '') => {
    const hook = await client.get('/v1/deploy-hooks/{hook_id}', { path: { hook_id: id }, signal });
    return { json: hook, text: formatHook(hook) };
  });
  const deliveries = group
    .command('deliveries')
    .description("Lists a hook's deliveries, newest first.")
    .argument('<hook>', 'hook ID');
  addExamples(deliveries, 'slipway hooks deliveries dhk_…');
  addPageOptions(deliveries);
  withConnection<PageOptions>(deliveries, context, async ({ client, signal }, options, id = '') => {
    const request = { path: { hook_id: id }, query: pageQuery(options), signal };
    const { results, pagination } = await client.get('/v1/deploy-hooks/{hook_id}/deliveries', request);
    return pageResult(results, pagination.next_cursor, formatDeliveries(results));
  });
}

function addChanges(group: Command, context: CommandContext): void {
  const test = group
    .command('test')
    .description('Fetches a ref as a push would. Publishes nothing.')
    .argument('<hook>', 'hook ID')
    .argument('<ref>', 'a tag or branch');
  addExamples(test, 'slipway hooks test dhk_… v1.2.0');
  withConnection(test, context, async ({ client, signal }, _, id = '', ref = '') => {
    const path = { hook_id: id };
    const trial = await client.post('/v1/deploy-hooks/{hook_id}/test', { path, body: { ref }, signal });
    const files = `${trial.files} ${trial.files === 1 ? 'file' : 'files'}`;
    const selected = trial.selected ? 'a push to it would be deployed' : "the hook's filters exclude it";
    const found = `✓ ${trial.ref_kind} ${printable(trial.ref)} is ${trial.commit.slice(0, 12)} with ${files}`;
    return { json: trial, text: `${found}; ${selected}\n` };
  });
  const rotate = group
    .command('rotate')
    .description("Rotates a hook's secret.")
    .argument('<hook>', 'hook ID')
    .addOption(
      new Option('--overlap <time>', 'also accept the old secret for this long, such as 1h')
        .argParser(parseDuration)
        .default(86_400_000, '1d'),
    );
  addExamples(rotate, 'SECRET=$(slipway hooks rotate dhk_… --overlap 1h)');
  withConnection<{ overlap: number }>(rotate, context, async ({ client, signal }, { overlap }, id = '') => {
    const body = { overlap_seconds: Math.round(overlap / 1000) };
    return secretResult(
      await client.post('/v1/deploy-hooks/{hook_id}/rotate', { path: { hook_id: id }, body, signal }),
    );
  });
  const remove = group
    .command('delete')
    .description('Deletes a hook.')
    .argument('<hook>', 'hook ID')
    .addOption(yesOption());
  addExamples(remove, 'slipway hooks delete dhk_…');
  withConnection<{ yes?: true }>(remove, context, async ({ client, signal }, { yes }, id = '') => {
    await requireConfirmation(`Delete ${id} with its deliveries`, yes, signal);
    const answer = await client.delete('/v1/deploy-hooks/{hook_id}', { path: { hook_id: id }, signal });
    return { json: answer, text: `✓ deleted ${id}\n` };
  });
}

/** Only the secret goes to standard output, so that a script can capture it. */
function secretResult(hook: HookWithSecret): CommandResult {
  return {
    json: hook,
    text: `${hook.secret}\n`,
    notes: [`  hook     ${hook.hook_id}`, `  url      ${printable(hook.url)}`, '  This secret is shown only once.'],
  };
}

function formatHooks(hooks: Hook[]): string {
  if (hooks.length === 0) return 'No hooks yet. Create one with `slipway hooks create PLUGIN`.\n';
  const rows = hooks.map((hook) => [hook.hook_id, hook.status, hook.kind, hook.plugin, hook.action, refsOf(hook)]);
  return table([['HOOK', 'STATUS', 'KIND', 'PLUGIN', 'ACTION', 'REFS'], ...rows]);
}

function refsOf({ branches, tags }: Hook): string {
  const all = [...branches.map((name) => `branch ${name}`), ...tags.map((name) => `tag ${name}`)];
  return all.length === 0 ? 'none' : all.join(', ');
}

function formatHook(hook: Hook): string {
  const rows = [
    ['hook', hook.hook_id],
    ['url', hook.url],
    ['plugin', `${hook.plugin} (${hook.kind})`],
    ['repository', hook.path === null ? hook.repository : `${hook.repository} ${hook.path}`],
    ['provider', hook.provider],
    ['refs', refsOf(hook)],
    ['action', hook.action],
    ['release', hook.release ? formatPlan(hook.release) : "the plugin's or the namespace's"],
    ['status', hook.status],
    ['created', formatTime(hook.created_at)],
  ];
  return table(rows);
}

function formatDeliveries(deliveries: HookDelivery[]): string {
  if (deliveries.length === 0) return 'No deliveries yet.\n';
  const rows = deliveries.map((delivery) => [
    delivery.delivery_id,
    delivery.status,
    delivery.ref ?? '-',
    delivery.commit?.slice(0, 12) ?? '-',
    formatTime(delivery.received_at),
    delivery.message ?? delivery.reason ?? '',
  ]);
  return table([['DELIVERY', 'STATUS', 'REF', 'COMMIT', 'RECEIVED', 'WHY'], ...rows]);
}
