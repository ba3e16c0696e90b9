// Defines `slipway agents`, for the registry of agent plugins: versions with the URL and checksum of an artifact.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { verificationWords } from '../../../contract/state-words.ts';
import type { VerificationState } from '../../../contract/states.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import type { ExitName } from '../../failures/exit-codes.ts';
import { Failure } from '../../failures/failure.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { addRegister } from './agent-registration.ts';

type AgentPlugin = components['schemas']['AgentPlugin'];

interface ListOptions extends PageOptions {
  type?: AgentPlugin['pluginType'];
  search?: string;
  yanked?: true;
}

interface EditOptions {
  description?: string;
  label?: Record<string, string>;
  deprecation?: string;
}

export function addAgents(program: Command, context: CommandContext): void {
  const group = program.command('agents').summary('register and list agent plugins');
  addReading(group, context);
  addRegister(group, context);
  addEdit(group, context);
  addChecks(group, context);
  const yank = group
    .command('yank')
    .summary('withdraw a version')
    .description('Marks a version as withdrawn. It stays readable, and its number cannot be registered again.')
    .argument('<id>', 'version ID')
    .option('--force', 'although the artifact was requested within the last day')
    .addOption(yesOption());
  addExamples(yank, 'slipway agents yank plg_…');
  withConnection<{ force?: true; yes?: true }>(yank, context, async ({ client, signal }, { force, yes }, id = '') => {
    await requireConfirmation(`Withdraw ${id} permanently`, yes, signal);
    const query = { force: force ? 'true' : 'false' } as const;
    await client.delete('/api/v1/plugins/{id}', { path: { id }, query, signal });
    return { json: { success: true, id }, text: `✓ withdrew ${id}\n` };
  });
}

function addReading(group: Command, context: CommandContext): void {
  const list = group
    .command('list')
    .summary('list versions')
    .description('Lists versions of all organizations, newest first.')
    .addOption(new Option('--type <type>', 'only this type').choices(['log', 'metric', 'trace']))
    .option('--search <text>', 'only names that contain this')
    .option('--yanked', 'withdrawn versions, too');
  addExamples(list, 'slipway agents list --type log');
  addPageOptions(list);
  withConnection<ListOptions>(list, context, async ({ client, signal }, { search, type, yanked, ...page }) => {
    const query = {
      ...pageQuery(page),
      ...(type === undefined ? {} : { pluginType: type }),
      ...(search === undefined ? {} : { q: search }),
      ...(yanked ? { includeYanked: 'true' as const } : {}),
    };
    const { nextCursor, plugins } = await client.get('/api/v1/plugins', { query, signal });
    return pageResult(plugins, nextCursor, formatList(plugins));
  });
  const versions = group
    .command('versions')
    .summary('list the versions of a plugin')
    .description('Lists the versions of an agent plugin, newest first.')
    .argument('<name>', 'its name, in any case');
  addExamples(versions, 'slipway agents versions nginx-log-collector');
  withConnection(versions, context, async ({ client, signal }, _, name = '') => {
    const answer = await client.get('/api/v1/plugins/by-name/{name}', { path: { name }, signal });
    return { json: answer, text: formatList(answer.versions) };
  });
  const show = group.command('show').description('Shows a version.').argument('<id>', 'version ID');
  addExamples(show, 'slipway agents show plg_…');
  withConnection(show, context, async ({ client, signal }, _, id = '') => {
    const plugin = await client.get('/api/v1/plugins/{id}', { path: { id }, signal });
    return { json: plugin, text: formatPlugin(plugin) };
  });
}

function addEdit(group: Command, context: CommandContext): void {
  const edit = group
    .command('edit')
    .summary('describe or deprecate a version')
    .description('Changes what is given, and keeps the rest. Nothing else about a version can change.')
    .argument('<id>', 'version ID')
    .option('--description <text>', "a description; '' for none")
    .option('--label <name=value>', 'replaces all labels; may be repeated', addLabel)
    .option('--deprecation <text>', "why it should no longer be used; '' for none");
  addExamples(edit, 'slipway agents edit plg_… --label team=edge', "slipway agents edit plg_… --deprecation 'use 2.x'");
  withConnection<EditOptions>(edit, context, async ({ client, signal }, options, id = '') => {
    const body = changesOf(options);
    const plugin = await client.patch('/api/v1/plugins/{id}', { path: { id }, body, signal });
    return { json: plugin, text: `✓ changed ${plugin.name} ${plugin.version}\n` };
  });
}

const marks: Record<VerificationState, string> = {
  pending: '·',
  verified: '✓',
  mismatch: '✗',
  unreachable: '✗',
  unverifiable: '✗',
};

const exits: Record<VerificationState, ExitName> = {
  pending: 'pending',
  verified: 'done',
  mismatch: 'failed',
  unreachable: 'failed',
  unverifiable: 'failed',
};

function addChecks(group: Command, context: CommandContext): void {
  const verify = group
    .command('verify')
    .summary('verify the checksum again')
    .description('Fetches the artifact again and compares its checksum. Fails unless it is verified.')
    .argument('<id>', 'version ID');
  addExamples(verify, 'slipway agents verify plg_…');
  withConnection(verify, context, async ({ client, signal }, _, id = '') => {
    context.output.progress('verifying');
    const query = { verify: 'sync' } as const;
    const plugin = await client.post('/api/v1/plugins/{id}/verify', { path: { id }, query, signal });
    const { name, version, verification } = plugin;
    const text = `${marks[verification]} ${name} ${version}: ${verificationWords[verification]}\n`;
    return { json: plugin, text, exit: exits[verification] };
  });
  const validate = group
    .command('validate')
    .summary('validate a configuration')
    .description('Validates a configuration against the schema of a version.')
    .argument('<id>', 'version ID')
    .requiredOption('-d, --data <json>', 'the configuration: JSON, @FILE, or - for standard input');
  addExamples(validate, 'slipway agents validate plg_… -d @config.json');
  withConnection<{ data: string }>(validate, context, async ({ client, signal }, { data }, id = '') => {
    const { readJsonArgument } = await import('../../arguments/json-argument.ts');
    const config = await readJsonArgument('--data', data);
    const answer = await client.post('/api/v1/plugins/{id}/validate-config', {
      path: { id },
      body: { config },
      signal,
    });
    if (answer.valid) return { json: answer, text: '✓ valid\n' };
    const rows = answer.errors.map(({ message, path }) => [path === '' ? '/' : path, message]);
    return { json: answer, text: table(rows), exit: 'failed' };
  });
}

function addLabel(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Use NAME=VALUE.');
  return { ...before, [name]: value };
}

function changesOf({ deprecation, description, label }: EditOptions) {
  const changes = {
    ...(description === undefined ? {} : { description: description === '' ? null : description }),
    ...(label === undefined ? {} : { labels: label }),
    ...(deprecation === undefined ? {} : { deprecation: deprecation === '' ? null : deprecation }),
  };
  if (Object.keys(changes).length > 0) return changes;
  throw new Failure('usage', 'nothing to change', { hint: 'Pass --description, --label or --deprecation.' });
}

function formatList(plugins: AgentPlugin[]): string {
  if (plugins.length === 0) return 'No agent plugins. Register one with `slipway agents register`.\n';
  const rows = plugins.map(({ id, name, pluginType, version, ...plugin }) => [
    name,
    version,
    pluginType,
    stateOf(plugin),
    id,
  ]);
  return table([['PLUGIN', 'VERSION', 'TYPE', 'STATE', 'ID'], ...rows]);
}

function stateOf({ deprecation, verification, yanked }: Pick<AgentPlugin, 'deprecation' | 'verification' | 'yanked'>) {
  if (yanked) return 'withdrawn';
  const word = verificationWords[verification];
  return deprecation === null ? word : `${word}, deprecated`;
}

function formatPlugin(plugin: AgentPlugin): string {
  const { failure, message } = plugin.verificationDetails;
  const labels = Object.entries(plugin.labels).map(([name, value]) => `${name}=${value}`);
  return table([
    ['plugin', `${plugin.name} ${plugin.version}`],
    ['id', plugin.id],
    ['type', plugin.pluginType],
    ['runtime', plugin.pluginRuntime],
    ['state', stateOf(plugin)],
    ...(failure === null ? [] : [['', message ?? failure]]),
    ['artifact', plugin.artifactUrl],
    ['checksum', plugin.checksum],
    ['copy', plugin.mirrored ? 'Slipway has one' : '-'],
    ['registered', formatTime(plugin.registeredAt)],
    ['description', plugin.description ?? '-'],
    ['labels', labels.join(', ') || '-'],
    ...(plugin.deprecation === null ? [] : [['deprecated', plugin.deprecation]]),
  ]);
}
