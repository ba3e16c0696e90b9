// Defines `slipway secrets`: set, list and delete a namespace's secrets. Reads values from standard input or a prompt, never from an
// argument, which other users of the machine could see.
import type { Command } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { readStandardInput, requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime } from '../../terminal/duration.ts';
import { isInteractive, promptSecret } from '../../terminal/prompt.ts';
import { table } from '../../terminal/table.ts';

export function addSecrets(program: Command, context: CommandContext): void {
  const group = program.command('secrets').summary('set, list and delete secrets that plugins read');
  addSetCommand(group, context);
  addListCommand(group, context);
  addDeleteCommand(group, context);
}

function addSetCommand(group: Command, context: CommandContext): void {
  const set = group
    .command('set')
    .summary('create a secret or replace its value')
    .description(
      'Creates a secret or replaces its value, read from standard input or prompted for at a terminal. Removes one trailing line break. Redeploys live versions that use the secret.',
    )
    .argument('<name>', 'the name that plugins ask for, such as OPENAI_API_KEY');
  addExamples(
    set,
    'slipway secrets set OPENAI_API_KEY < key.txt',
    'pass show openai | slipway secrets set OPENAI_API_KEY',
  );
  withConnection(set, context, async ({ client, namespaceId, signal }, _, name = '') => {
    const value = await readValue(name);
    const path = { namespace_id: await namespaceId(), name };
    const secret = await client.put('/v1/namespaces/{namespace_id}/secrets/{name}', { path, body: { value }, signal });
    return { json: secret, text: `✓ set ${secret.name} (revision ${secret.revision})\n` };
  });
}

async function readValue(name: string): Promise<string> {
  const text = isInteractive() ? await promptSecret(`Value of ${name}: `) : await readStandardInput();
  const value = text.replace(/\r?\n$/, '');
  if (value === '')
    throw new Failure('usage', `standard input has no value for ${name}`, {
      title: 'Value required',
      hint: `Send the value to standard input: slipway secrets set ${name} < FILE`,
    });
  return value;
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group.command('list').description("Lists the namespace's secrets. Values are never shown.");
  addExamples(list, 'slipway secrets list');
  addPageOptions(list);
  withConnection<PageOptions>(list, context, async ({ client, namespaceId, signal }, options) => {
    const path = { namespace_id: await namespaceId() };
    const query = pageQuery(options);
    const { results, pagination } = await client.get('/v1/namespaces/{namespace_id}/secrets', { path, query, signal });
    const rows = results.map((secret) => [
      secret.name,
      String(secret.revision),
      formatTime(secret.updated_at),
      useOf(secret),
    ]);
    return pageResult(results, pagination.next_cursor, table([['SECRET', 'REVISION', 'SET', 'VALUE'], ...rows]));
  });
}

/** Returns how many live versions have the current value. */
function useOf(secret: components['schemas']['Secret']): string {
  const { live_with_previous_value: previous, live_with_value: live, restarting } = secret;
  if (restarting) return 'restarting';
  if (previous > 0) return `${previous} of ${live + previous} have the previous value`;
  return live === 0 ? 'not used' : 'in use';
}

function addDeleteCommand(group: Command, context: CommandContext): void {
  const remove = group
    .command('delete')
    .description('Deletes a secret.')
    .argument('<name>', "the secret's name")
    .option('--force', 'delete the secret even if a live version uses it; that version then fails on its next start')
    .addOption(yesOption());
  addExamples(remove, 'slipway secrets delete OPENAI_API_KEY');
  withConnection<{ yes?: true; force?: true }>(
    remove,
    context,
    async ({ client, namespaceId, signal }, { yes, force }, name = '') => {
      await requireConfirmation(`Delete the secret ${name}`, yes, signal);
      const answer = await client.delete('/v1/namespaces/{namespace_id}/secrets/{name}', {
        path: { namespace_id: await namespaceId(), name },
        query: { force: force ? 'true' : 'false' },
        signal,
      });
      return { json: answer, text: `✓ deleted ${answer.name}\n` };
    },
  );
}
