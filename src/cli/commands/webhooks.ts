// `slipway webhooks`: endpoints that are told of events, their deliveries, and a receiver to try them with.
import { type Command, InvalidArgumentError } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, connected } from '../command.ts';
import { shownTime } from '../duration.ts';
import { table } from '../table.ts';

type Webhook = components['schemas']['Webhook'];
type Delivery = components['schemas']['Delivery'];
type EventFilter = components['schemas']['EventFilter'];

export function addWebhooks(program: Command, context: CommandContext): void {
  const group = program.command('webhooks').summary('manage endpoints, look at deliveries, listen');
  addEndpoints(group, context);
  addDeliveries(group, context);
  const listen = group
    .command('listen')
    .summary('receive deliveries on this machine')
    .description('Receives deliveries on this machine, checks their signatures and prints them, until Ctrl-C.')
    .option('--port <port>', 'where to listen; any free port by default', portOf, 0)
    .option('--events <types>', 'only these, separated by commas');
  connected<{ port: number; events?: string }>(listen, context, async (connection, { port, events, json }) => {
    const { listenForWebhooks } = await import('../webhooks/listen.ts');
    await listenForWebhooks(connection, { port, json: json === true, ...filtersOf(events) }, context.output);
    return { json: {}, text: '', streamed: true };
  });
}

function addEndpoints(group: Command, context: CommandContext): void {
  connected(group.command('list').description('Lists endpoints.'), context, async ({ client, signal }) => {
    const { results, pagination } = await client.get('/v1/webhooks', { signal });
    return { json: { items: results, nextCursor: pagination.next_cursor }, text: listText(results) };
  });
  const create = group
    .command('create')
    .summary('make an endpoint')
    .description('Makes an endpoint. Its secret is shown once.')
    .argument('<url>', 'https')
    .option('--events <types>', 'only these, separated by commas');
  connected<{ events?: string }>(create, context, async ({ client, signal }, { events }, url = '') => {
    const webhook = await client.post('/v1/webhooks', { body: { url, ...filtersOf(events) }, signal });
    return { json: webhook, text: `${webhook.secret}\n  ${webhook.endpoint_id}: the secret of ${url}, shown once\n` };
  });
  const remove = group.command('delete').description('Deletes an endpoint.').argument('<endpoint>', 'its id');
  connected(remove, context, async ({ client, signal }, _, id = '') => {
    const answer = await client.delete('/v1/webhooks/{endpoint_id}', { path: { endpoint_id: id }, signal });
    return { json: answer, text: `✓ ${id} is deleted\n` };
  });
  const test = group.command('test').description('Sends an endpoint a test event.').argument('<endpoint>', 'its id');
  connected(test, context, async ({ client, signal }, _, id = '') => {
    const delivery = await client.post('/v1/webhooks/{endpoint_id}/test', { path: { endpoint_id: id }, signal });
    return { json: delivery, text: `✓ ${delivery.delivery_id} is ${delivery.status}\n` };
  });
}

function addDeliveries(group: Command, context: CommandContext): void {
  const list = group
    .command('deliveries')
    .description('Lists deliveries, newest first.')
    .argument('<endpoint>', 'its id');
  connected(list, context, async ({ client, signal }, _, id = '') => {
    const path = { endpoint_id: id };
    const { results, pagination } = await client.get('/v1/webhooks/{endpoint_id}/deliveries', { path, signal });
    return { json: { items: results, nextCursor: pagination.next_cursor }, text: deliveriesText(results) };
  });
  const again = group
    .command('redeliver')
    .description('Sends one delivery again.')
    .argument('<endpoint>', 'its id')
    .argument('<delivery>', 'its id');
  connected(again, context, async ({ client, signal }, _, endpoint = '', delivery = '') => {
    const path = { endpoint_id: endpoint, delivery_id: delivery };
    const answer = await client.post('/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver', { path, signal });
    return { json: answer, text: `✓ ${answer.delivery_id} is ${answer.status}\n` };
  });
}

function filtersOf(said: string | undefined): { events?: EventFilter[] } {
  return said === undefined ? {} : { events: said.split(',').filter(isFilter) };
}

/** The server has the list. */
function isFilter(word: string): word is EventFilter {
  return word !== '';
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65_536;
  if (port > 65_535) throw new InvalidArgumentError('It is a number up to 65535.');
  return port;
}

function listText(webhooks: Webhook[]): string {
  if (webhooks.length === 0) return 'No endpoints yet. `slipway webhooks listen` tries one here.\n';
  const rows = webhooks.map((webhook) => [
    webhook.endpoint_id,
    webhook.status,
    webhook.url,
    webhook.events?.join(',') ?? 'all',
  ]);
  return table([['ENDPOINT', 'STATUS', 'URL', 'EVENTS'], ...rows]);
}

function deliveriesText(deliveries: Delivery[]): string {
  if (deliveries.length === 0) return 'Nothing was delivered yet.\n';
  const rows = deliveries.map((delivery) => [
    delivery.delivery_id,
    delivery.event_type,
    delivery.status,
    `${delivery.attempts} attempts`,
    shownTime(delivery.updated_at),
  ]);
  return table([['DELIVERY', 'EVENT', 'STATUS', 'TRIED', 'LAST'], ...rows]);
}
