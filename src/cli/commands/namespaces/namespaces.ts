// Defines `slipway namespaces`: list, create and delete namespaces. namespace-changes.ts has the commands for existing ones.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { formatTime } from '../../terminal/duration.ts';
import { isInteractive, prompt } from '../../terminal/prompt.ts';
import { table } from '../../terminal/table.ts';
import { addNamespaceChanges } from './namespace-changes.ts';

interface CreateOptions {
  extractor: Extractor;
  description?: string;
}

interface Extractor extends Record<string, unknown> {
  feature_extractor_name: string;
  version: string;
}

/** Creating a namespace requires at least one extractor. */
const defaultExtractor: Extractor = { feature_extractor_name: 'text_extractor', version: 'v1' };

function parseExtractor(text: string): Extractor {
  const [, feature_extractor_name, version] = /^([^@]+)@([^@]+)$/.exec(text) ?? [];
  if (!feature_extractor_name || !version) throw new InvalidArgumentError('Use NAME@VERSION.');
  return { feature_extractor_name, version };
}

export function addNamespaces(program: Command, context: CommandContext): void {
  const group = program.command('namespaces').summary('list, create, change and delete namespaces');
  addListCommand(group, context);
  addCreateCommand(group, context);
  addNamespaceChanges(group, context);
  addDeleteCommand(group, context);
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group.command('list').description('Lists the namespaces that the API key can access.');
  addExamples(list, 'slipway namespaces list');
  addPageOptions(list);
  withConnection<PageOptions>(list, context, async ({ client, signal }, options) => {
    const query = pageQuery(options);
    const { results, pagination } = await client.post('/v1/namespaces/list', { query, signal, idempotencyKey: false });
    const rows = results.map((namespace) => [
      namespace.namespace_name,
      namespace.namespace_id,
      formatTime(namespace.created_at),
    ]);
    return pageResult(results, pagination.next_cursor, table([['NAMESPACE', 'ID', 'CREATED'], ...rows]));
  });
}

function addCreateCommand(group: Command, context: CommandContext): void {
  const create = group
    .command('create')
    .description('Creates a namespace.')
    .argument('<name>')
    .option('--description <text>', 'a description')
    .addOption(
      new Option('--extractor <name@version>', 'the initial extractor')
        .argParser(parseExtractor)
        .default(defaultExtractor, `${defaultExtractor.feature_extractor_name}@${defaultExtractor.version}`),
    );
  addExamples(create, 'slipway namespaces create staging');
  withConnection<CreateOptions>(create, context, async ({ client, signal }, { description, extractor }, name = '') => {
    const namespace = await client.post('/v1/namespaces', {
      body: {
        namespace_name: name,
        feature_extractors: [extractor],
        ...(description === undefined ? {} : { description }),
      },
      signal,
    });
    return { json: namespace, text: `✓ created ${namespace.namespace_name} (${namespace.namespace_id})\n` };
  });
}

function addDeleteCommand(group: Command, context: CommandContext): void {
  const remove = group
    .command('delete')
    .description('Deletes a namespace with all its plugins. Asks for the name again at a terminal.')
    .argument('<name>', "the namespace's ID or name")
    .option('-y, --yes <name>', 'the same name, as confirmation; required without a terminal');
  addExamples(remove, 'slipway namespaces delete staging --yes staging');
  withConnection<{ yes?: string }>(remove, context, async ({ client, signal }, { yes }, name = '') => {
    const confirmed = yes ?? (await promptForName(name, signal));
    if (confirmed !== name)
      throw new Failure('usage', `deleting ${name} also deletes all its plugins`, {
        title: 'Confirmation required',
        hint: `Confirm with the name: slipway namespaces delete ${name} --yes ${name}`,
      });
    const path = { namespace_identifier: name };
    const answer = await client.delete('/v1/namespaces/{namespace_identifier}', { path, signal });
    return { json: answer, text: `✓ ${answer.message}\n` };
  });
}

async function promptForName(name: string, signal: AbortSignal): Promise<string | undefined> {
  if (!isInteractive()) return undefined;
  return (await prompt(`Delete ${name} with all its plugins? Type its name to confirm: `, signal)).trim();
}
