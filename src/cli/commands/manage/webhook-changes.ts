// Defines the commands of `slipway webhooks` that change an endpoint and keep its secret: edit, enable and disable.
import type { Command } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';

type EventFilter = components['schemas']['EventFilter'];

interface EditOptions {
  url?: string;
  description?: string;
  events?: string;
  only?: string[];
}

export function addEndpointChanges(group: Command, context: CommandContext): void {
  const edit = group
    .command('edit')
    .summary('change an endpoint')
    .description('Changes what is given, and keeps the rest. The secret stays the same.')
    .argument('<endpoint>', 'endpoint ID')
    .option('--url <url>', 'an HTTPS URL')
    .option('--description <text>', "what it is for; '' for none")
    .option('--events <types>', 'only these types, comma-separated; `all` for every type')
    .option('--only <namespaces...>', 'only events of these namespace IDs; `all` for every one');
  addExamples(edit, 'slipway webhooks edit whk_… --events deployment.,version.published');
  withConnection<EditOptions>(edit, context, async ({ client, signal }, options, id = '') => {
    const body = changesOf(options);
    const path = { endpoint_id: id };
    const webhook = await client.patch('/v1/webhooks/{endpoint_id}', { path, body, signal });
    return { json: webhook, text: `✓ changed ${id}\n` };
  });
  const enable = group
    .command('enable')
    .summary('send events to an endpoint again')
    .description('Delivers events from now on. `webhooks recover` repeats those before.')
    .argument('<endpoint>', 'endpoint ID');
  addExamples(enable, 'slipway webhooks enable whk_…');
  withConnection(enable, context, async ({ client, signal }, _, id = '') => {
    const webhook = await client.post('/v1/webhooks/{endpoint_id}/enable', { path: { endpoint_id: id }, signal });
    return { json: webhook, text: `✓ ${id} is ${webhook.status}\n` };
  });
  const disable = group
    .command('disable')
    .summary('send no more events to an endpoint')
    .description('Delivers no events until the endpoint is enabled again.')
    .argument('<endpoint>', 'endpoint ID');
  addExamples(disable, 'slipway webhooks disable whk_…');
  withConnection(disable, context, async ({ client, signal }, _, id = '') => {
    const webhook = await client.post('/v1/webhooks/{endpoint_id}/disable', { path: { endpoint_id: id }, signal });
    return { json: webhook, text: `✓ ${id} is ${webhook.status}\n` };
  });
}

function changesOf({ description, events, only, url }: EditOptions) {
  const changes = {
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description: description === '' ? null : description }),
    ...(events === undefined ? {} : { events: events === 'all' ? null : eventFilters(events) }),
    ...(only === undefined ? {} : { namespace_ids: only[0] === 'all' ? null : only }),
  };
  if (Object.keys(changes).length > 0) return changes;
  throw new Failure('usage', 'nothing to change', { hint: 'Pass --url, --description, --events or --only.' });
}

export function eventFilters(types: string): EventFilter[] {
  return types.split(',').filter(isEventFilter);
}

/** The server knows which filters exist. */
function isEventFilter(word: string): word is EventFilter {
  return word !== '';
}
