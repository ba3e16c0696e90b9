// Defines `slipway webhooks`: manage endpoints, inspect and repeat deliveries, and receive them on this machine.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, type CommandResult, withConnection } from '../../command.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatDuration, formatTime, parseDuration, parseTime, timeoutOption } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';
import type { WaitOptions } from '../../webhooks/outcome.ts';

type Webhook = components['schemas']['Webhook'];
type Delivery = components['schemas']['Delivery'];
type DeliveryInFull = components['schemas']['DeliveryInFull'];
type DeliveriesOptions = PageOptions & { status?: Delivery['status']; type?: EventFilter };
type EventFilter = components['schemas']['EventFilter'];

export function addWebhooks(program: Command, context: CommandContext): void {
  const group = program.command('webhooks').summary('manage webhook endpoints and deliveries');
  addEndpoints(group, context);
  addDeliveries(group, context);
  const listen = group
    .command('listen')
    .summary('receive deliveries on this machine')
    .description('Receives deliveries on this machine, verifies their signatures and prints them, until Ctrl-C.')
    .option('--port <port>', 'the port to listen on (default: any free port)', parsePort, 0)
    .option('--events <types>', 'only these types, comma-separated');
  addExamples(listen, 'slipway webhooks listen --events deployment.');
  withConnection<{ port: number; events?: string }>(listen, context, async (connection, { port, events, json }) => {
    const { listenForWebhooks } = await import('../../webhooks/listen.ts');
    await listenForWebhooks(connection, { port, json: json === true, ...parseFilters(events) }, context.output);
    return { json: {}, text: '', streamed: true };
  });
}

function addEndpoints(group: Command, context: CommandContext): void {
  const list = group.command('list').description('Lists endpoints.');
  addExamples(list, 'slipway webhooks list');
  addPageOptions(list);
  withConnection<PageOptions>(list, context, async ({ client, signal }, options) => {
    const { results, pagination } = await client.get('/v1/webhooks', { query: pageQuery(options), signal });
    return pageResult(results, pagination.next_cursor, formatWebhooks(results));
  });
  const create = group
    .command('create')
    .summary('create an endpoint')
    .description('Creates an endpoint. Its secret is shown only once.')
    .argument('<url>', 'an HTTPS URL')
    .option('--events <types>', 'only these types, comma-separated');
  addExamples(create, 'SECRET=$(slipway webhooks create https://example.com/hook)');
  withConnection<{ events?: string }>(create, context, async ({ client, signal }, { events }, url = '') => {
    const webhook = await client.post('/v1/webhooks', { body: { url, ...parseFilters(events) }, signal });
    return secretResult(webhook);
  });
  const remove = group
    .command('delete')
    .description('Deletes an endpoint.')
    .argument('<endpoint>', 'endpoint ID')
    .addOption(yesOption());
  addExamples(remove, 'slipway webhooks delete whk_…');
  withConnection<{ yes?: true }>(remove, context, async ({ client, signal }, { yes }, id = '') => {
    await requireConfirmation(`Delete ${id} with its deliveries`, yes, signal);
    const answer = await client.delete('/v1/webhooks/{endpoint_id}', { path: { endpoint_id: id }, signal });
    return { json: answer, text: `✓ deleted ${id}\n` };
  });
  const rotate = group
    .command('rotate')
    .description("Rotates an endpoint's secret.")
    .argument('<endpoint>', 'endpoint ID')
    .addOption(
      new Option('--overlap <time>', 'also sign with the old secret for this long, such as 1h')
        .argParser(parseDuration)
        .default(86_400_000, '1d'),
    );
  addExamples(rotate, 'SECRET=$(slipway webhooks rotate whk_… --overlap 1h)');
  withConnection<{ overlap: number }>(rotate, context, async ({ client, signal }, { overlap }, id = '') => {
    const path = { endpoint_id: id };
    const body = { overlap_seconds: Math.round(overlap / 1000) };
    return secretResult(await client.post('/v1/webhooks/{endpoint_id}/rotate', { path, body, signal }));
  });
  const test = group
    .command('test')
    .summary('send a test event')
    .description('Sends an endpoint a test event and shows its response.')
    .argument('<endpoint>', 'endpoint ID');
  addWaitOptions(test);
  addExamples(test, 'slipway webhooks test whk_…');
  withConnection<WaitOptions>(test, context, async (connection, options, id = '') => {
    const { client, signal } = connection;
    const delivery = await client.post('/v1/webhooks/{endpoint_id}/test', { path: { endpoint_id: id }, signal });
    const { waitForOutcome: outcomeOf } = await import('../../webhooks/outcome.ts');
    return outcomeOf(connection, delivery, options, context.output);
  });
}

const attemptWaitMs = 60_000;

function addWaitOptions(command: Command): void {
  command.option('--no-wait', "don't wait for the attempt");
  command.addOption(timeoutOption('how long to wait, such as 30s').default(attemptWaitMs, '1m'));
}

function addDeliveries(group: Command, context: CommandContext): void {
  const list = group
    .command('deliveries')
    .description('Lists deliveries, newest first.')
    .argument('<endpoint>', 'endpoint ID');
  list
    .addOption(
      new Option('--status <status>', 'only deliveries with this status').choices(['pending', 'succeeded', 'failed']),
    )
    .option('--type <type>', 'only events of this type');
  addExamples(list, 'slipway webhooks deliveries whk_… --status failed');
  addPageOptions(list);
  withConnection<DeliveriesOptions>(list, context, async ({ client, signal }, options, id = '') => {
    const { status, type } = options;
    const filter = { ...(status === undefined ? {} : { status }), ...(type === undefined ? {} : { type }) };
    const request = { path: { endpoint_id: id }, query: { ...pageQuery(options), ...filter }, signal };
    const { results, pagination } = await client.get('/v1/webhooks/{endpoint_id}/deliveries', request);
    return pageResult(results, pagination.next_cursor, formatDeliveries(results));
  });
  const show = group
    .command('delivery')
    .description('Shows a delivery in full.')
    .argument('<endpoint>', 'endpoint ID')
    .argument('<delivery>', 'delivery ID');
  addExamples(show, 'slipway webhooks delivery whk_… dlv_…');
  withConnection(show, context, async ({ client, signal }, _, endpoint = '', id = '') => {
    const path = { endpoint_id: endpoint, delivery_id: id };
    const delivery = await client.get('/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}', { path, signal });
    return { json: delivery, text: formatDelivery(delivery) };
  });
  const again = group
    .command('redeliver')
    .summary('repeat a delivery')
    .description("Repeats a delivery and shows the endpoint's response.")
    .argument('<endpoint>', 'endpoint ID')
    .argument('<delivery>', 'delivery ID');
  addWaitOptions(again);
  addExamples(again, 'slipway webhooks redeliver whk_… dlv_…');
  withConnection<WaitOptions>(again, context, async (connection, options, endpoint = '', delivery = '') => {
    const { client, signal } = connection;
    const path = { endpoint_id: endpoint, delivery_id: delivery };
    const answer = await client.post('/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver', { path, signal });
    const { waitForOutcome: outcomeOf } = await import('../../webhooks/outcome.ts');
    return outcomeOf(connection, answer, options, context.output);
  });
  const recover = group
    .command('recover')
    .description('Repeats failed deliveries.')
    .argument('<endpoint>', 'endpoint ID')
    .requiredOption('--since <time>', 'from this time: 2h ago as 2h, or an ISO time', parseTime)
    .option('--until <time>', 'up to this time (default: now)', parseTime);
  addExamples(recover, 'slipway webhooks recover whk_… --since 2h');
  withConnection<{ since: string; until?: string }>(recover, context, async (connection, { since, until }, id = '') => {
    const { client, signal } = connection;
    const body = { since, ...(until === undefined ? {} : { until }) };
    const answer = await client.post('/v1/webhooks/{endpoint_id}/recover', { path: { endpoint_id: id }, body, signal });
    const count = `${answer.deliveries} ${answer.deliveries === 1 ? 'delivery' : 'deliveries'}`;
    return { json: answer, text: `✓ repeating ${count} since ${formatTime(answer.since)}\n` };
  });
}

/** Only the secret goes to standard output, so that a script can capture it. */
function secretResult(webhook: components['schemas']['WebhookWithSecret']): CommandResult {
  return {
    json: webhook,
    text: `${webhook.secret}\n`,
    notes: [
      `  endpoint ${webhook.endpoint_id}`,
      `  url      ${printable(webhook.url)}`,
      '  This secret is shown only once.',
    ],
  };
}

function parseFilters(types: string | undefined): { events?: EventFilter[] } {
  return types === undefined ? {} : { events: types.split(',').filter(isEventFilter) };
}

/** The server knows which filters exist. */
function isEventFilter(word: string): word is EventFilter {
  return word !== '';
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65_536;
  if (port > 65_535) throw new InvalidArgumentError('Use a number from 0 to 65535.');
  return port;
}

function formatWebhooks(webhooks: Webhook[]): string {
  if (webhooks.length === 0)
    return 'No endpoints yet. Create one with `slipway webhooks create URL`, or try `slipway webhooks listen`.\n';
  const rows = webhooks.map((webhook) => [
    webhook.endpoint_id,
    webhook.status,
    webhook.url,
    webhook.events?.join(',') ?? 'all',
  ]);
  return table([['ENDPOINT', 'STATUS', 'URL', 'EVENTS'], ...rows]);
}

function formatDeliveries(deliveries: Delivery[]): string {
  if (deliveries.length === 0) return 'No deliveries yet.\n';
  const rows = deliveries.map((delivery) => [
    delivery.delivery_id,
    delivery.event_type,
    delivery.status,
    `${delivery.attempts} ${delivery.attempts === 1 ? 'attempt' : 'attempts'}`,
    formatTime(delivery.updated_at),
  ]);
  return table([['DELIVERY', 'EVENT', 'STATUS', 'TRIED', 'LAST'], ...rows]);
}

function formatDelivery(delivery: DeliveryInFull): string {
  const { delivery_id: id, event_id: event, event_type: type, status, attempts_made: attempts, body } = delivery;
  const rows = attempts.map(({ number, started_at, status_code, error, duration_ms }) => [
    String(number),
    formatTime(started_at),
    status_code === null ? '-' : String(status_code),
    formatDuration(duration_ms),
    error ?? '',
  ]);
  const tried =
    rows.length === 0 ? 'No attempts yet.\n' : table([['ATTEMPT', 'AT', 'STATUS', 'TOOK', 'ERROR'], ...rows]);
  return `${id}  ${printable(type)} ${printable(event)}, ${status}\n\n${tried}\n${printable(body)}\n`;
}
