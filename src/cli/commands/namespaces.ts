// `slipway namespaces`: the places that plugins live in.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CommandContext, connected } from '../command.ts';
import { shownTime } from '../duration.ts';
import { Failure } from '../failure.ts';
import { table } from '../table.ts';

interface CreateOptions {
  extractor: Extractor;
  description?: string;
}

interface Extractor extends Record<string, unknown> {
  feature_extractor_name: string;
  version: string;
}

/** A namespace has to name one. */
const builtin: Extractor = { feature_extractor_name: 'text_extractor', version: 'v1' };

function extractorOf(text: string): Extractor {
  const [, feature_extractor_name, version] = /^([^@]+)@([^@]+)$/.exec(text) ?? [];
  if (!feature_extractor_name || !version) throw new InvalidArgumentError('Write it as NAME@VERSION.');
  return { feature_extractor_name, version };
}

export function addNamespaces(program: Command, context: CommandContext): void {
  const group = program.command('namespaces').summary('list, create and delete namespaces');
  const list = group.command('list').description('Lists the namespaces that the key may see.');
  connected(list, context, async ({ client, signal }) => {
    const { results, pagination } = await client.post('/v1/namespaces/list', { signal, idempotencyKey: false });
    const rows = results.map((namespace) => [
      namespace.namespace_name,
      namespace.namespace_id,
      shownTime(namespace.created_at),
    ]);
    return {
      json: { items: results, nextCursor: pagination.next_cursor },
      text: table([['NAMESPACE', 'ID', 'CREATED'], ...rows]),
    };
  });
  const create = group
    .command('create')
    .description('Makes a namespace.')
    .argument('<name>')
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--extractor <name@version>', 'the extractor it begins with')
        .argParser(extractorOf)
        .default(builtin, `${builtin.feature_extractor_name}@${builtin.version}`),
    );
  connected<CreateOptions>(create, context, async ({ client, signal }, { description, extractor }, name = '') => {
    const namespace = await client.post('/v1/namespaces', {
      body: {
        namespace_name: name,
        feature_extractors: [extractor],
        ...(description === undefined ? {} : { description }),
      },
      signal,
    });
    return { json: namespace, text: `✓ ${namespace.namespace_name} is ${namespace.namespace_id}\n` };
  });
  const remove = group
    .command('delete')
    .description('Deletes a namespace with every plugin in it. Its name has to be said twice.')
    .argument('<name>', 'its id or name')
    .option('--yes <name>', 'the name once more');
  connected<{ yes?: string }>(remove, context, async ({ client, signal }, { yes }, name = '') => {
    if (yes !== name)
      throw new Failure('usage', `deleting ${name} deletes every plugin in it`, {
        hint: `Say so: slipway namespaces delete ${name} --yes ${name}`,
      });
    const path = { namespace_identifier: name };
    const answer = await client.delete('/v1/namespaces/{namespace_identifier}', { path, signal });
    return { json: answer, text: `✓ ${answer.message}\n` };
  });
}
