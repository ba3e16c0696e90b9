// Defines `slipway hooks`, which manages deploy hooks: a push to a Git repository publishes and deploys a plugin.
import type { components } from '../../../client/api.gen.d.ts';
import { hookProviders } from '../../../contract/features/deploy-hooks/states.ts';
import type { OptionValues } from '../../arguments/command-options.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import type { CommandResult } from '../../command/context.ts';
import { defineCliFeature } from '../../command/context.ts';
import { listCommand } from '../../command/list-command.ts';
import type { Connection } from '../../connection/connect.ts';
import type { Environment } from '../../connection/settings.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';
import { formatPlan, releaseOptionText } from '../../terminal/release-text.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type Hook = components['schemas']['DeployHook'];
type HookWithSecret = components['schemas']['DeployHookWithSecret'];

const createOptions = {
  '--kind <kind>': {
    description: 'kind of plugin',
    choices: ['extractor', 'pipeline', 'storage'],
    default: 'extractor',
  },
  '--provider <name>': { description: 'the Git provider', choices: hookProviders, default: 'github' },
  '--repository <url>': "the repository's URL (default: the plugin's)",
  '--path <path>': "an extractor's folder in the repository",
  '--branch <pattern...>': 'branches to deploy, such as main',
  '--tag <pattern...>': 'tags to deploy, such as v* (default: all)',
  '--action <action>': {
    description: 'what a push does',
    choices: ['update', 'publish', 'redeploy'],
    default: 'update',
  },
  '--release <plan>': releaseOptionText,
  '--org': "the organization's plugin, with --action publish",
  '--status-token-env <name>': 'variable with a token for commit statuses',
  '--status-api-url <url>': 'of GitHub Enterprise',
} as const;

const create = serverCommand({
  name: 'create',
  summary: 'create a hook',
  description: 'Creates a hook for a published plugin. Its secret is shown only once.',
  arguments: { '<plugin>': 'NAME' },
  options: createOptions,
  examples: ["SECRET=$(slipway hooks create ocr --tag 'v*')"],
  async run(connection, { plugin }, options) {
    const { statusTokenEnv: variable } = options;
    const token = variable === undefined ? undefined : statusToken(connection.environment, variable);
    const body = { ...(await creationOf(connection, options, plugin)), status_token: token };
    return secretResult(await connection.client.post('/v1/deploy-hooks', { body }));
  },
});

async function creationOf(connection: Connection, options: OptionValues<typeof createOptions>, plugin: string) {
  const { releaseFields } = await import('../../arguments/release-plan.ts');
  const { action, branch, kind, org, path, provider, release, repository, statusApiUrl, tag } = options;
  return {
    kind,
    plugin,
    provider,
    action,
    ...(kind === 'extractor' && !org ? { namespace_id: await connection.namespaceId() } : {}),
    repository,
    path,
    branches: branch,
    tags: tag,
    status_api_url: statusApiUrl,
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

const list = listCommand({
  name: 'list',
  description: 'Lists hooks.',
  examples: ['slipway hooks list'],
  fetch: ({ client }, query) => client.get('/v1/deploy-hooks', { query }),
  empty: 'No hooks yet. Create one with `slipway hooks create PLUGIN`.',
  head: ['HOOK', 'STATUS', 'KIND', 'PLUGIN', 'ACTION', 'REFS'],
  row: (hook) => [hook.hook_id, hook.status, hook.kind, hook.plugin, hook.action, refsOf(hook)],
});

const show = serverCommand({
  name: 'show',
  description: 'Shows a hook.',
  arguments: { '<hook>': 'hook ID' },
  examples: ['slipway hooks show dhk_…'],
  async run({ client }, { hook: id }) {
    const hook = await client.get('/v1/deploy-hooks/{hook_id}', { path: { hook_id: id } });
    return { json: hook, text: formatHook(hook) };
  },
});

const deliveries = listCommand({
  name: 'deliveries',
  description: "Lists a hook's deliveries, newest first.",
  arguments: { '<hook>': 'hook ID' },
  examples: ['slipway hooks deliveries dhk_…'],
  fetch: ({ client }, query, { hook: id }) =>
    client.get('/v1/deploy-hooks/{hook_id}/deliveries', { path: { hook_id: id }, query }),
  empty: 'No deliveries yet.',
  head: ['DELIVERY', 'STATUS', 'REF', 'COMMIT', 'RECEIVED', 'WHY'],
  row: (delivery) => [
    delivery.delivery_id,
    delivery.status,
    delivery.ref ?? '-',
    delivery.commit?.slice(0, 12) ?? '-',
    formatTime(delivery.received_at),
    delivery.message ?? delivery.reason ?? '',
  ],
});

const testCommand = serverCommand({
  name: 'test',
  description: 'Fetches a ref as a push would. Publishes nothing.',
  arguments: { '<hook>': 'hook ID', '<ref>': 'a tag or branch' },
  examples: ['slipway hooks test dhk_… v1.2.0'],
  async run({ client }, { hook: id, ref }) {
    const path = { hook_id: id };
    const trial = await client.post('/v1/deploy-hooks/{hook_id}/test', { path, body: { ref } });
    const files = `${trial.files} ${trial.files === 1 ? 'file' : 'files'}`;
    const selected = trial.selected ? 'a push to it would be deployed' : "the hook's filters exclude it";
    const found = `✓ ${trial.ref_kind} ${printable(trial.ref)} is ${trial.commit.slice(0, 12)} with ${files}`;
    return { json: trial, text: `${found}; ${selected}\n` };
  },
});

const rotate = serverCommand({
  name: 'rotate',
  description: "Rotates a hook's secret.",
  arguments: { '<hook>': 'hook ID' },
  options: {
    '--overlap <time>': {
      description: 'also accept the old secret for this long, such as 1h',
      parse: parseDuration,
      default: 86_400_000,
      defaultText: '1d',
    },
  },
  examples: ['SECRET=$(slipway hooks rotate dhk_… --overlap 1h)'],
  async run({ client }, { hook: id }, { overlap }) {
    const body = { overlap_seconds: Math.round(overlap / 1000) };
    return secretResult(await client.post('/v1/deploy-hooks/{hook_id}/rotate', { path: { hook_id: id }, body }));
  },
});

const remove = serverCommand({
  name: 'delete',
  description: 'Deletes a hook.',
  arguments: { '<hook>': 'hook ID' },
  examples: ['slipway hooks delete dhk_…'],
  confirm: ({ hook: id }) => `Delete ${id} with its deliveries`,
  async run({ client }, { hook: id }) {
    const answer = await client.delete('/v1/deploy-hooks/{hook_id}', { path: { hook_id: id } });
    return { json: answer, text: `✓ deleted ${id}\n` };
  },
});

const hooks = commandGroup(
  { name: 'hooks', summary: 'deploy by pushing to Git', description: 'Manages deploy hooks.' },
  [create, list, show, deliveries, testCommand, rotate, remove],
);

/** Only the secret goes to standard output, so that a script can capture it. */
function secretResult(hook: HookWithSecret): CommandResult {
  return {
    json: hook,
    text: `${hook.secret}\n`,
    notes: [`  hook     ${hook.hook_id}`, `  url      ${printable(hook.url)}`, '  This secret is shown only once.'],
  };
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

export const feature = defineCliFeature({ commands: [{ add: hooks, after: 'keys' }] });
