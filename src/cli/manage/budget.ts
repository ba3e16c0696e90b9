// Defines `slipway budget`, which shows and sets the monthly budget of the organization or a namespace, and lists what costs most.

import { InvalidArgumentError } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { budgetActions } from '../../contract/budgets.ts';
import { formatBytes, formatCost, formatHours } from '../../core/quantities.ts';
import { wholeNumber } from '../arguments/whole-number.ts';
import { commandGroup, type SharedOptions, serverCommand } from '../command/command.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { table } from '../terminal/table.ts';

type Budget = components['schemas']['Budget'];
type Limits = components['schemas']['BudgetLimits'];

/** A limit in its smallest unit; `none` removes it. */
type Amount = number | 'none';

function amountOf(unit: number) {
  return (text: string): Amount => {
    if (text === 'none') return text;
    const amount = Math.round(Number(text) * unit);
    if (text.trim() !== '' && Number.isSafeInteger(amount) && amount >= 0) return amount;
    throw new InvalidArgumentError('Use a number from 0 up, or none.');
  };
}

/** Returns the new limit. Without an option, it stays. */
function limitBy(option: Amount | undefined, kept: number | null = null): number | null {
  return option === 'none' ? null : (option ?? kept);
}

const show = serverCommand({
  name: 'show',
  description: "Shows the organization's budget of this month, or with --namespace a namespace's.",
  examples: ['slipway budget show', 'slipway budget show --namespace staging'],
  run: async (connection, _, options) => shown(await budgetAt(connection, options)),
});

const usage = serverCommand({
  name: 'usage',
  description: 'Lists what costs most in a month, with the cost if the operator has set prices.',
  options: {
    '--month <month>': 'the month in UTC, such as 2026-11 (default: the current one)',
    '--months <count>': {
      description: 'list the last months instead, up to 13, or with --namespace what one namespace used in them',
      parse: wholeNumber(13),
      conflicts: ['month'],
    },
    '--by <group>': {
      description: 'list the months by namespace or plugin (default: namespace)',
      choices: ['namespace', 'plugin'],
      conflicts: ['month'],
    },
    '--csv': { description: 'print the months as CSV', conflicts: ['month'] },
  },
  examples: [
    'slipway budget usage --month 2026-11',
    'slipway budget usage --months 12 --by plugin',
    'slipway budget usage --months 12 --csv > usage.csv',
  ],
  async run(connection, _, { by, csv, month, months, ...options }) {
    const { client } = connection;
    if (csv || by !== undefined || months !== undefined)
      return usageHistory(connection, { by, csv, months, ...options });
    const found = await client.get('/v1/usage', { query: { month } });
    const total = { ...found.total, namespace_name: found.month, plugin_name: 'total' };
    const rows = [...found.by_plugin, total].map((one) => [
      ...[one.namespace_name ?? 'deleted', one.plugin_name ?? 'removed'],
      ...[formatHours(one.instance_seconds), String(one.calls)],
      one.cost === null ? '-' : `${formatCost(one.cost)} ${found.currency}`,
    ]);
    return { json: found, text: table([['NAMESPACE', 'PLUGIN', 'AWAKE', 'CALLS', 'COST'], ...rows]) };
  },
});

const set = serverCommand({
  name: 'set',
  description:
    "Sets limits of a calendar month (UTC) for the organization, or with --namespace for a namespace. Limits that aren't given stay.",
  options: {
    '--calls <number>': { description: 'calls, or none', parse: amountOf(1) },
    '--instance-hours <hours>': {
      description: 'how long instances are awake in total, or none',
      parse: amountOf(3600),
    },
    '--stored-gb <gigabytes>': { description: 'stored gigabytes, or none', parse: amountOf(1e9) },
    '--on-exceeded <action>': { description: 'warn, or refuse to start more', choices: budgetActions },
  },
  examples: ['slipway budget set --instance-hours 500 --calls 2000000 --on-exceeded refuse'],
  async run(connection, _, options) {
    const { limits } = await budgetAt(connection, options);
    const { calls, instanceHours, onExceeded, storedGb } = options;
    const body = {
      calls: limitBy(calls, limits?.calls),
      instance_seconds: limitBy(instanceHours, limits?.instance_seconds),
      stored_bytes: limitBy(storedGb, limits?.stored_bytes),
      on_exceeded: onExceeded ?? limits?.on_exceeded ?? ('warn' as const),
    };
    return shown(await budgetAt(connection, options, body));
  },
});

interface HistoryOptions extends Pick<SharedOptions, 'namespace'> {
  by: 'namespace' | 'plugin' | undefined;
  csv: true | undefined;
  months: number | undefined;
}

/** Shows the last months, or their CSV as the server wrote it. */
async function usageHistory(
  { client, namespaceId }: Connection,
  { by: group, csv, months, namespace }: HistoryOptions,
): Promise<CommandResult> {
  const namespace_id = namespace === undefined ? undefined : await namespaceId();
  const query = { group, months, namespace_id };
  if (csv) {
    const response = await client.request('get', '/v1/usage/history', { query: { ...query, format: 'csv' } });
    const text = await response.text();
    return { json: { csv: text }, text };
  }
  const found = await client.get('/v1/usage/history', { query });
  const cost = (amount: number | null) => (amount === null ? '-' : `${formatCost(amount)} ${found.currency}`);
  const rows = found.months.flatMap(({ groups, month, total }) => [
    ...groups.map((one) => [
      ...[month, one.namespace_id === null ? 'others' : (one.namespace_name ?? 'deleted')],
      one.plugin_id === null ? '' : (one.plugin_name ?? 'removed'),
      ...[formatHours(one.instance_seconds), String(one.calls), '', cost(one.cost)],
    ]),
    [
      ...[month, 'total', '', formatHours(total.instance_seconds), String(total.calls)],
      ...[total.stored_bytes === null ? '-' : formatBytes(total.stored_bytes), cost(total.cost)],
    ],
  ]);
  return { json: found, text: table([['MONTH', 'NAMESPACE', 'PLUGIN', 'AWAKE', 'CALLS', 'STORED', 'COST'], ...rows]) };
}

export const budget = commandGroup({ name: 'budget', summary: 'show and set monthly budgets, and what costs most' }, [
  show,
  set,
  usage,
]);

/** Reads the budget, or sets it. */
async function budgetAt(
  { client, namespaceId }: Connection,
  { namespace }: SharedOptions,
  body?: Limits,
): Promise<Budget> {
  if (namespace === undefined) return body ? client.put('/v1/budget', { body }) : client.get('/v1/budget');
  const path = { namespace_id: await namespaceId() };
  const of = '/v1/namespaces/{namespace_id}/budget';
  return body ? client.put(of, { path, body }) : client.get(of, { path });
}

function shown(budget: Budget) {
  const { limits, month, operator_limits, refusing, usage } = budget;
  const row = (label: string, name: keyof Budget['usage'], text: (amount: number) => string) => {
    const { forecast, limit, percent, spent } = usage[name];
    return [label, text(spent), limit === null ? 'none' : `${text(limit)} (${percent}% spent)`, text(forecast)];
  };
  const rows = [
    row('instances', 'instance_seconds', formatHours),
    row('calls', 'calls', String),
    row('stored', 'stored_bytes', formatBytes),
  ];
  const set = `Yours: ${limits?.on_exceeded ?? 'none'}. The operator's: ${operator_limits?.on_exceeded ?? 'none'}.`;
  const text = `${table([[month, 'SPENT', 'LIMIT', 'FORECAST'], ...rows])}${set}${refusing ? ' Now refusing.' : ''}\n`;
  return { json: budget, text };
}
