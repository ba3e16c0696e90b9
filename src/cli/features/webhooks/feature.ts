// Defines `slipway webhooks`: manage endpoints, inspect and repeat deliveries, and receive them on this machine.
import { InvalidArgumentError } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { formatDuration } from '../../../core/quantities.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import type { CommandResult } from '../../command/context.ts';
import { defineCliFeature } from '../../command/context.ts';
import { listCommand } from '../../command/list-command.ts';
import { formatTime, parseDuration, parseTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type DeliveryInFull = components['schemas']['DeliveryInFull'];
type EventFilter = components['schemas']['EventFilter'];

interface DeliveryFilter {
  status?: components['schemas']['Delivery']['status'];
  type?: EventFilter;
}

const waitOptions = {
  '--no-wait': "don't wait for the attempt",
  '--timeout <time>': {
    description: 'how long to wait, such as 30s',
    parse: parseDuration,
    default: 60_000,
    defaultText: '1m',
  },
} as const;

const listen = serverCommand({
  name: 'listen',
  summary: 'receive deliveries on this machine',
  description: 'Receives deliveries on this machine, verifies their signatures and prints them, until Ctrl-C.',
  options: {
    '--port <port>': { description: 'the port to listen on (default: any free port)', parse: parsePort, default: 0 },
    '--events <types>': 'only these types, comma-separated',
  },
  examples: ['slipway webhooks listen --events deployment.'],
  async run(connection, _, { port, events, json }) {
    const { listenForWebhooks } = await import('./listen.ts');
    await listenForWebhooks(connection, { port, json: json === true, ...parseFilters(events) }, connection.output);
    return { json: {}, text: '', streamed: true };
  },
});

const list = listCommand({
  name: 'list',
  description: 'Lists endpoints.',
  examples: ['slipway webhooks list'],
  fetch: ({ client }, query) => client.get('/v1/webhooks', { query }),
  empty: 'No endpoints yet. Create one with `slipway webhooks create URL`, or try `slipway webhooks listen`.',
  head: ['ENDPOINT', 'STATUS', 'URL', 'EVENTS'],
  row: (webhook) => [webhook.endpoint_id, webhook.status, webhook.url, webhook.events?.join(',') ?? 'all'],
});

const create = serverCommand({
  name: 'create',
  summary: 'create an endpoint',
  description: 'Creates an endpoint. Its secret is shown only once.',
  arguments: { '<url>': 'an HTTPS URL' },
  options: { '--events <types>': 'only these types, comma-separated' },
  examples: ['SECRET=$(slipway webhooks create https://example.com/hook)'],
  async run({ client }, { url }, { events }) {
    const webhook = await client.post('/v1/webhooks', { body: { url, ...parseFilters(events) } });
    return secretResult(webhook);
  },
});

const remove = serverCommand({
  name: 'delete',
  description: 'Deletes an endpoint.',
  arguments: { '<endpoint>': 'endpoint ID' },
  examples: ['slipway webhooks delete whk_…'],
  confirm: ({ endpoint: id }) => `Delete ${id} with its deliveries`,
  async run({ client }, { endpoint: id }) {
    const answer = await client.delete('/v1/webhooks/{endpoint_id}', { path: { endpoint_id: id } });
    return { json: answer, text: `✓ deleted ${id}\n` };
  },
});

const rotate = serverCommand({
  name: 'rotate',
  description: "Rotates an endpoint's secret.",
  arguments: { '<endpoint>': 'endpoint ID' },
  options: {
    '--overlap <time>': {
      description: 'also sign with the old secret for this long, such as 1h',
      parse: parseDuration,
      default: 86_400_000,
      defaultText: '1d',
    },
  },
  examples: ['SECRET=$(slipway webhooks rotate whk_… --overlap 1h)'],
  async run({ client }, { endpoint: id }, { overlap }) {
    const path = { endpoint_id: id };
    const body = { overlap_seconds: Math.round(overlap / 1000) };
    return secretResult(await client.post('/v1/webhooks/{endpoint_id}/rotate', { path, body }));
  },
});

const testCommand = serverCommand({
  name: 'test',
  summary: 'send a test event',
  description: 'Sends an endpoint a test event and shows its response.',
  arguments: { '<endpoint>': 'endpoint ID' },
  options: waitOptions,
  examples: ['slipway webhooks test whk_…'],
  async run(connection, { endpoint: id }, options) {
    const delivery = await connection.client.post('/v1/webhooks/{endpoint_id}/test', { path: { endpoint_id: id } });
    const { waitForOutcome: outcomeOf } = await import('./outcome.ts');
    return outcomeOf(connection, delivery, options, connection.output);
  },
});

const deliveries = listCommand({
  name: 'deliveries',
  description: 'Lists deliveries, newest first.',
  arguments: { '<endpoint>': 'endpoint ID' },
  options: {
    '--status <status>': {
      description: 'only deliveries with this status',
      choices: ['pending', 'succeeded', 'failed'],
    },
    '--type <type>': 'only events of this type',
  },
  examples: ['slipway webhooks deliveries whk_… --status failed'],
  fetch({ client }, page, { endpoint: id }, { status, type }: DeliveryFilter) {
    const request = { path: { endpoint_id: id }, query: { ...page, status, type } };
    return client.get('/v1/webhooks/{endpoint_id}/deliveries', request);
  },
  empty: 'No deliveries yet.',
  head: ['DELIVERY', 'EVENT', 'STATUS', 'TRIED', 'LAST'],
  row: (delivery) => [
    delivery.delivery_id,
    delivery.event_type,
    delivery.status,
    `${delivery.attempts} ${delivery.attempts === 1 ? 'attempt' : 'attempts'}`,
    formatTime(delivery.updated_at),
  ],
});

const delivery = serverCommand({
  name: 'delivery',
  description: 'Shows a delivery in full.',
  arguments: { '<endpoint>': 'endpoint ID', '<delivery>': 'delivery ID' },
  examples: ['slipway webhooks delivery whk_… dlv_…'],
  async run({ client }, { endpoint, delivery: id }) {
    const path = { endpoint_id: endpoint, delivery_id: id };
    const delivery = await client.get('/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}', { path });
    return { json: delivery, text: formatDelivery(delivery) };
  },
});

const redeliver = serverCommand({
  name: 'redeliver',
  summary: 'repeat a delivery',
  description: "Repeats a delivery and shows the endpoint's response.",
  arguments: { '<endpoint>': 'endpoint ID', '<delivery>': 'delivery ID' },
  options: waitOptions,
  examples: ['slipway webhooks redeliver whk_… dlv_…'],
  async run(connection, { endpoint, delivery }, options) {
    const path = { endpoint_id: endpoint, delivery_id: delivery };
    const answer = await connection.client.post('/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver', {
      path,
    });
    const { waitForOutcome: outcomeOf } = await import('./outcome.ts');
    return outcomeOf(connection, answer, options, connection.output);
  },
});

const recover = serverCommand({
  name: 'recover',
  description: 'Repeats failed deliveries.',
  arguments: { '<endpoint>': 'endpoint ID' },
  options: {
    '--since <time>': { description: 'from this time: 2h ago as 2h, or an ISO time', parse: parseTime, required: true },
    '--until <time>': { description: 'up to this time (default: now)', parse: parseTime },
  },
  examples: ['slipway webhooks recover whk_… --since 2h'],
  async run(connection, { endpoint: id }, { since, until }) {
    const body = { since, until };
    const answer = await connection.client.post('/v1/webhooks/{endpoint_id}/recover', {
      path: { endpoint_id: id },
      body,
    });
    const count = `${answer.deliveries} ${answer.deliveries === 1 ? 'delivery' : 'deliveries'}`;
    return { json: answer, text: `✓ repeating ${count} since ${formatTime(answer.since)}\n` };
  },
});

const webhooks = commandGroup({ name: 'webhooks', summary: 'manage webhook endpoints and deliveries' }, [
  list,
  create,
  remove,
  rotate,
  testCommand,
  deliveries,
  delivery,
  redeliver,
  recover,
  listen,
]);

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

export const feature = defineCliFeature({ commands: [{ add: webhooks, after: 'keys' }] });
