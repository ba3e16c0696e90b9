// Defines `slipway secrets`: set, list and delete a namespace's secrets. Reads values from standard input or a prompt, never from an
// argument, which other users of the machine could see.
import type { components } from '../../../client/api.gen.d.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { listCommand } from '../../command/list-command.ts';
import { formatTime } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';
import { isInteractive, promptSecret } from '../../terminal/prompt.ts';
import { readStandardInput } from '../../terminal/text-input.ts';

const set = serverCommand({
  name: 'set',
  summary: 'create a secret or replace its value',
  description:
    'Creates a secret or replaces its value, read from standard input or prompted for at a terminal. Removes one trailing line break. Redeploys live versions that use the secret.',
  arguments: { '<name>': 'the name that plugins ask for, such as OPENAI_API_KEY' },
  examples: ['slipway secrets set OPENAI_API_KEY < key.txt', 'pass show openai | slipway secrets set OPENAI_API_KEY'],
  async run({ client, namespaceId }, { name }) {
    const value = await readValue(name);
    const path = { namespace_id: await namespaceId(), name };
    const secret = await client.put('/v1/namespaces/{namespace_id}/secrets/{name}', { path, body: { value } });
    return { json: secret, text: `✓ set ${secret.name} (revision ${secret.revision})\n` };
  },
});

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

const list = listCommand({
  name: 'list',
  description: "Lists the namespace's secrets. Values are never shown.",
  examples: ['slipway secrets list'],
  async fetch({ client, namespaceId }, query) {
    const path = { namespace_id: await namespaceId() };
    return client.get('/v1/namespaces/{namespace_id}/secrets', { path, query });
  },
  head: ['SECRET', 'REVISION', 'SET', 'VALUE'],
  row: (secret) => [secret.name, String(secret.revision), formatTime(secret.updated_at), useOf(secret)],
});

/** Returns how many live versions have the current value. */
function useOf(secret: components['schemas']['Secret']): string {
  const { live_with_previous_value: previous, live_with_value: live, restarting } = secret;
  if (restarting) return 'restarting';
  if (previous > 0) return `${previous} of ${live + previous} have the previous value`;
  return live === 0 ? 'not used' : 'in use';
}

const remove = serverCommand({
  name: 'delete',
  description: 'Deletes a secret.',
  arguments: { '<name>': "the secret's name" },
  options: { '--force': 'delete the secret even if a live version uses it; that version then fails on its next start' },
  examples: ['slipway secrets delete OPENAI_API_KEY'],
  confirm: ({ name }) => `Delete the secret ${name}`,
  async run({ client, namespaceId }, { name }, { force }) {
    const answer = await client.delete('/v1/namespaces/{namespace_id}/secrets/{name}', {
      path: { namespace_id: await namespaceId(), name },
      query: { force: force ? 'true' : 'false' },
    });
    return { json: answer, text: `✓ deleted ${answer.name}\n` };
  },
});

const secrets = commandGroup({ name: 'secrets', summary: 'set, list and delete secrets that plugins read' }, [
  set,
  list,
  remove,
]);

export const feature = defineCliFeature({ commands: [{ add: secrets, after: 'disable' }] });
