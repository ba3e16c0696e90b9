// Defines `slipway namespaces`: list, create and delete namespaces. namespace-changes.ts has the commands for existing ones.
import { InvalidArgumentError } from 'commander';
import { commandGroup, serverCommand } from '../command/command.ts';
import { listCommand } from '../command/list-command.ts';
import { formatTime } from '../terminal/duration.ts';
import { Failure } from '../terminal/failure.ts';
import { isInteractive, prompt } from '../terminal/prompt.ts';
import { namespaceChanges } from './namespace-changes.ts';

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

const list = listCommand({
  name: 'list',
  description: 'Lists the namespaces that the API key can access.',
  examples: ['slipway namespaces list'],
  fetch: ({ client }, query) => client.post('/v1/namespaces/list', { query, idempotencyKey: false }),
  head: ['NAMESPACE', 'ID', 'CREATED'],
  row: (namespace) => [namespace.namespace_name, namespace.namespace_id, formatTime(namespace.created_at)],
});

const create = serverCommand({
  name: 'create',
  description: 'Creates a namespace.',
  arguments: { '<name>': '' },
  options: {
    '--description <text>': 'a description',
    '--extractor <name@version>': {
      description: 'the initial extractor',
      parse: parseExtractor,
      default: defaultExtractor,
      defaultText: `${defaultExtractor.feature_extractor_name}@${defaultExtractor.version}`,
    },
  },
  examples: ['slipway namespaces create staging'],
  async run({ client }, { name }, { description, extractor }) {
    const namespace = await client.post('/v1/namespaces', {
      body: {
        namespace_name: name,
        feature_extractors: [extractor],
        description,
      },
    });
    return { json: namespace, text: `✓ created ${namespace.namespace_name} (${namespace.namespace_id})\n` };
  },
});

const remove = serverCommand({
  name: 'delete',
  description: 'Deletes a namespace with all its plugins. Asks for the name again at a terminal.',
  arguments: { '<name>': "the namespace's ID or name" },
  options: { '-y, --yes <name>': 'the same name, as confirmation; required without a terminal' },
  examples: ['slipway namespaces delete staging --yes staging'],
  async run({ client, signal }, { name }, { yes }) {
    const confirmed = yes ?? (await promptForName(name, signal));
    if (confirmed !== name)
      throw new Failure('usage', `deleting ${name} also deletes all its plugins`, {
        title: 'Confirmation required',
        hint: `Confirm with the name: slipway namespaces delete ${name} --yes ${name}`,
      });
    const path = { namespace_identifier: name };
    const answer = await client.delete('/v1/namespaces/{namespace_identifier}', { path });
    return { json: answer, text: `✓ ${answer.message}\n` };
  },
});

export const namespaces = commandGroup({ name: 'namespaces', summary: 'list, create, change and delete namespaces' }, [
  list,
  create,
  ...namespaceChanges,
  remove,
]);

async function promptForName(name: string, signal: AbortSignal): Promise<string | undefined> {
  if (!isInteractive()) return undefined;
  return (await prompt(`Delete ${name} with all its plugins? Type its name to confirm: `, signal)).trim();
}
