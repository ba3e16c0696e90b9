// Defines the commands of `slipway hooks` that change a hook and keep its URL and secret: edit, enable and disable.
import { type Command, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import type { Environment } from '../../connection/settings.ts';
import { Failure } from '../../failures/failure.ts';

type Update = components['schemas']['DeployHookUpdate'];

interface EditOptions {
  branch?: string[];
  tag?: string[];
  action?: NonNullable<Update['action']>;
  description?: string;
  statusTokenEnv?: string;
  statusApiUrl?: string;
}

export function addHookChanges(group: Command, context: CommandContext): void {
  const edit = group
    .command('edit')
    .summary('change a hook')
    .description('Changes what is given, and keeps the rest. The URL and the secret stay the same.')
    .argument('<hook>', 'hook ID')
    .option('--branch <pattern...>', "branches to deploy; '' for none")
    .option('--tag <pattern...>', "tags to deploy; '' for none")
    .addOption(new Option('--action <action>', 'what a push does').choices(['update', 'publish', 'redeploy']))
    .option('--description <text>', "what it is for; '' for none")
    .option('--status-token-env <name>', "variable with a token for commit statuses; '' to report none")
    .option('--status-api-url <url>', "of GitHub Enterprise; '' for github.com");
  addExamples(edit, "slipway hooks edit dhk_… --tag 'v*' --branch main");
  withConnection<EditOptions>(edit, context, async ({ client, signal }, options, id = '') => {
    const body = changesOf(options, context.environment);
    const hook = await client.patch('/v1/deploy-hooks/{hook_id}', { path: { hook_id: id }, body, signal });
    return { json: hook, text: `✓ changed ${id}\n` };
  });
  addStatus(group, context, 'enable', 'Deploys pushes again, from the next one on.');
  addStatus(group, context, 'disable', 'Refuses pushes until the hook is enabled again. Pushes that are queued fail.');
}

function addStatus(group: Command, context: CommandContext, name: 'enable' | 'disable', description: string): void {
  const command = group
    .command(name)
    .summary(name === 'enable' ? 'deploy pushes again' : 'deploy no more pushes')
    .description(description)
    .argument('<hook>', 'hook ID');
  addExamples(command, `slipway hooks ${name} dhk_…`);
  withConnection(command, context, async ({ client, signal }, _, id = '') => {
    const body = { status: `${name}d` } as const;
    const hook = await client.patch('/v1/deploy-hooks/{hook_id}', { path: { hook_id: id }, body, signal });
    return { json: hook, text: `✓ ${id} is ${hook.status}\n` };
  });
}

function changesOf(options: EditOptions, environment: Environment): Update {
  const { action, branch, description, statusApiUrl, statusTokenEnv, tag } = options;
  const changes = {
    ...(branch === undefined ? {} : { branches: branch.filter((pattern) => pattern !== '') }),
    ...(tag === undefined ? {} : { tags: tag.filter((pattern) => pattern !== '') }),
    ...(action === undefined ? {} : { action }),
    ...(description === undefined ? {} : { description: nullIfEmpty(description) }),
    ...(statusTokenEnv === undefined
      ? {}
      : { status_token: statusTokenEnv === '' ? null : statusToken(environment, statusTokenEnv) }),
    ...(statusApiUrl === undefined ? {} : { status_api_url: nullIfEmpty(statusApiUrl) }),
  };
  if (Object.keys(changes).length > 0) return changes;
  throw new Failure('usage', 'nothing to change', { hint: 'See `slipway hooks edit --help`.' });
}

function nullIfEmpty(text: string): string | null {
  return text === '' ? null : text;
}

export function statusToken(environment: Environment, variable: string): string {
  const token = environment[variable];
  if (token) return token;
  throw new Failure('usage', `the variable ${variable} of --status-token-env is not set`, {
    hint: 'Set it to a token that may write commit statuses, and repeat the command.',
  });
}
