// Serves the usage of the last months, as JSON and as CSV.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { costOf, type Prices } from '../../contract/budgets.ts';
import { budgetLimits } from '../../contract/limits/quotas.ts';
import { csvText } from '../../core/csv.ts';
import { readUsageHistory, type UsageHistory, type UsedMonth, usageGroups } from '../../organizations/usage-history.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { errors, json, routesOf } from '../openapi/route-definitions.ts';
import { wholeNumber } from '../requests/paging.ts';

const groupModel = z.object({
  namespace_id: z.string().nullable().openapi({ description: 'Null: all others together' }),
  namespace_name: z.string().nullable().openapi({ description: 'Null once it is deleted' }),
  plugin_id: z.string().nullable(),
  plugin_name: z.string().nullable().openapi({ description: 'Null once it is removed', example: 'text_profile' }),
  calls: z.int(),
  instance_seconds: z.int(),
  cost: z.number().nullable(),
});

const totalModel = z.object({
  calls: z.int(),
  instance_seconds: z.int(),
  stored_bytes: z
    .int()
    .nullable()
    .openapi({ description: 'Those at the end of the month. Null where they were not recorded' }),
});
const limitOrNull = z.int().nullable();

const historyModel = z
  .object({
    currency: z.string().nullable().openapi({ description: 'Null: the operator has set no prices' }),
    months: z
      .array(
        z.object({
          month: z.string().openapi({ example: '2026-03' }),
          total: totalModel.extend({ cost: z.number().nullable() }),
          groups: z.array(groupModel).openapi({
            description: `The ${budgetLimits.groupsListed} groups that cost most in all of the months, then all others together`,
          }),
        }),
      )
      .openapi({ description: 'Oldest first; the last one is the current month' }),
    forecast: totalModel.openapi({
      description: 'What the current month has used at its end if it continues like this',
    }),
    limits: z
      .object({ calls: limitOrNull, instance_seconds: limitOrNull, stored_bytes: limitOrNull })
      .openapi({ description: 'Monthly limits of the budgets. Null: no limit' }),
  })
  .openapi('UsageHistory');

const history = routesOf('Budgets').get('/history', 'listUsageHistory', {
  'x-slipway-command': 'budget usage --months 12',
  summary: 'List what each of the last months used',
  description:
    'Covers the namespaces that the key can see, or one. Send `Accept: text/csv` or `format=csv` for CSV. Months are in UTC. Needs the scope `plugins:read`.',
  request: {
    query: z.object({
      months: wholeNumber({ min: 1, max: budgetLimits.monthsMax, default: 12 }).openapi({
        description: 'Number of months, with the current one',
      }),
      namespace_id: z.string().optional().openapi({ description: 'Only what was used in this namespace' }),
      group: z.enum(usageGroups).default('namespace').openapi({ description: 'What the amounts are listed by' }),
      format: z.enum(['json', 'csv']).optional().openapi({ description: 'Takes precedence over `Accept`' }),
    }),
  },
  responses: {
    200: {
      ...json('The usage', historyModel),
      headers: { vary: { description: '`Accept`, which selects the format', schema: { type: 'string' } } },
      content: {
        ...json('The usage', historyModel).content,
        'text/csv': {
          schema: z
            .string()
            .openapi({ example: 'month,namespace,plugin,calls,instance_seconds,stored_bytes,cost\r\n' }),
        },
      },
    },
    ...errors(404),
  },
});

export function addUsageHistory(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(history, async (c) => {
    const {
      format = 'json',
      group,
      months,
      namespace_id,
    } = { format: acceptedFormat(c.req.header('accept')), ...c.req.valid('query') };
    const { prices } = c.var.deps;
    const namespaceId = namespace_id === undefined ? undefined : parseNamespaceId(namespace_id);
    const found = await readUsageHistory(c.var.deps, requireActor(c), { months, group, namespaceId });
    c.header('vary', 'accept', { append: true });
    if (format === 'json') return c.json(historyWire(found, prices), 200);
    c.header('content-disposition', `attachment; filename="usage-${found.months.at(-1)?.month}.csv"`);
    return c.body(historyCsv(found, prices), 200, { 'content-type': 'text/csv; charset=utf-8; header=present' });
  });
}

function acceptedFormat(accept: string | undefined): 'csv' | 'json' {
  return accept?.toLowerCase().includes('text/csv') ? 'csv' : 'json';
}

function costIn(prices: Prices | null, { stored_bytes, ...amounts }: Partial<UsedMonth['total']>): number | null {
  return prices && costOf(prices, { ...amounts, stored_bytes: stored_bytes ?? 0 });
}

function historyWire({ forecast, limits, months }: UsageHistory, prices: Prices | null): z.infer<typeof historyModel> {
  return {
    currency: prices?.currency ?? null,
    months: months.map(({ groups, month, total }) => ({
      month,
      total: { ...total, cost: costIn(prices, total) },
      groups: groups.map(({ calls, namespace, namespaceId, plugin, pluginId, seconds: instance_seconds }) => ({
        namespace_id: namespaceId,
        namespace_name: namespace,
        plugin_id: pluginId,
        plugin_name: plugin,
        calls,
        instance_seconds,
        cost: costIn(prices, { calls, instance_seconds }),
      })),
    })),
    forecast,
    limits,
  };
}

/** Writes a row for each group. Stored bytes belong to no group, so they have a row of their own. */
function historyCsv(history: UsageHistory, prices: Prices | null): string {
  const head = ['month', 'namespace', 'plugin', 'calls', 'instance_seconds', 'stored_bytes', 'cost'];
  const rows = historyWire(history, prices).months.flatMap(({ groups, month, total: { stored_bytes } }) => [
    ...groups.map(({ calls, cost, instance_seconds, namespace_id, namespace_name, plugin_id, plugin_name }) => {
      const names = [namespace_name ?? namespace_id ?? 'others', plugin_name ?? plugin_id ?? ''];
      return [month, ...names, calls, instance_seconds, null, cost];
    }),
    ...(groups.length === 0 || stored_bytes !== null
      ? [[month, '', '', 0, 0, stored_bytes, costIn(prices, { stored_bytes })]]
      : []),
  ]);
  return csvText([head, ...rows]);
}
