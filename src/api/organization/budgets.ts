// Serves monthly budgets, of the organization, its namespaces and its operator, and the usage that they limit.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireId } from '../../access/actor.ts';
import type { ActorRef } from '../../contract/actor.ts';
import { type BudgetResource, budgetActions, costOf } from '../../contract/budgets.ts';
import type { Budget } from '../../limits/budgets.ts';
import {
  type BudgetFields,
  type BudgetState,
  limitsOf,
  readAsOperator,
  readBudget,
  setAsOperator,
  setBudget,
} from '../../organizations/budgets.ts';
import { listUsage } from '../../organizations/usage.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { body, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { addUsageHistory } from './usage-history.ts';

const limit = z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullish();
const limitsModel = z
  .object({
    instance_seconds: limit.openapi({ description: 'How long instances may be awake in total' }),
    calls: limit,
    stored_bytes: limit,
    on_exceeded: z.enum(budgetActions).default('warn').openapi({
      description:
        '`refuse`: once it is spent, new instances, deployments and runs are refused, or uploads if stored bytes are spent. What is awake, and runs that have begun, continue. `warn`: only events',
    }),
  })
  .openapi('BudgetLimits', { description: "Limits of a calendar month (UTC). Null doesn't limit" });

const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const usageModel = z
  .object({
    spent: z.int(),
    limit: z.int().nullable().openapi({ description: "The lower of the organization's and the operator's" }),
    percent: z.int().nullable(),
    forecast: z.int().openapi({ description: "What is spent at the month's end if it continues like this" }),
  })
  .openapi('ResourceSpending');

const budgetModel = z
  .object({
    scope: z.string().openapi({ description: 'Organization or namespace', example: 'org_01m7wc54fherz84624ahd0kr7h' }),
    month,
    limits: z.union([limitsModel, z.null()]),
    operator_limits: z.union([limitsModel, z.null()]).openapi({ description: 'Set by the operator. Both apply' }),
    usage: z.object({ instance_seconds: usageModel, calls: usageModel, stored_bytes: usageModel }),
    refusing: z.boolean().openapi({ description: 'Whether a spent budget refuses something now' }),
  })
  .openapi('Budget');

const amounts = { instance_seconds: z.int(), calls: z.int(), cost: z.number().nullable() };
const pluginUsage = z.object({
  namespace_id: z.string(),
  namespace_name: z.string().nullable(),
  plugin_name: z.string().nullable().openapi({ example: 'text_profile' }),
  ...amounts,
});
const usageOfMonth = z
  .object({
    month,
    currency: z.string().nullable().openapi({ description: 'Null: the operator has set no prices' }),
    total: z.object({
      ...amounts,
      stored_bytes: z.int().nullable().openapi({ description: 'Stored now. Null for earlier months' }),
    }),
    by_plugin: z.array(pluginUsage).openapi({ description: 'What costs most first, at most 100' }),
  })
  .openapi('MonthlyUsage');

const route = routesOf('Budgets');
const inNamespace = { params: z.object({ namespace_id: z.string() }) };
const inOrganization = { params: z.object({ organization_id: z.string() }) };
const ok = json('The budget and what is spent of it', budgetModel);
const reading = 'Needs the scope `plugins:read`.';
const setting =
  'Replaces the budget; without limits, there is none. A higher limit lifts a refusal at once. Needs the scope `keys:admin` and a key that is not bound to namespaces.';

const get = route.get('/', 'getBudget', {
  'x-slipway-command': 'budget show',
  summary: "Get the organization's budget",
  description: reading,
  responses: { 200: ok },
});
const put = route.put('/', 'setBudget', {
  'x-slipway-command': 'budget set --calls {calls} --on-exceeded {on_exceeded}',
  summary: "Set the organization's budget",
  description: setting,
  request: { body: body(limitsModel) },
  responses: { 200: ok },
});
const getInNamespace = route.get('/', 'getNamespaceBudget', {
  'x-slipway-command': 'budget show',
  summary: "Get a namespace's budget",
  description: `Its stored bytes are archives, models and runs. ${reading}`,
  request: inNamespace,
  responses: { 200: ok },
});
const putInNamespace = route.put('/', 'setNamespaceBudget', {
  'x-slipway-command': 'budget set --calls {calls} --on-exceeded {on_exceeded}',
  summary: "Set a namespace's budget",
  description: setting,
  request: { ...inNamespace, body: body(limitsModel) },
  responses: { 200: ok },
});
const operatorRoute = routesOf('Admin');
const getOfOrganization = operatorRoute.get('/', 'getOrganizationBudget', {
  summary: "Get an organization's budgets",
  request: inOrganization,
  responses: { 200: ok },
});
const putOfOrganization = operatorRoute.put('/', 'setOrganizationBudget', {
  summary: 'Set what an organization may spend',
  description: "Applies in addition to the organization's own budget, so the lower limit counts.",
  request: { ...inOrganization, body: body(limitsModel) },
  responses: { 200: ok },
});
const list = route.get('/', 'listUsage', {
  'x-slipway-command': 'budget usage',
  summary: 'List what costs most in a month',
  description: `Covers the namespaces that the key can see. Usage is kept for 13 months. ${reading}`,
  request: {
    query: z.object({ month: month.optional().openapi({ description: 'In UTC, by default the current one' }) }),
  },
  responses: { 200: json('The usage', usageOfMonth) },
});

const show = async (c: Context<AppEnv>, found: Promise<BudgetState>) => c.json(budgetWire(await found), 200);

/** Serves `/v1/budget`. */
export function organizationBudget(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use(jsonAtMost(4096));
  routes.openapi(get, async (c) => show(c, readBudget(c.var.deps, requireActor(c))));
  routes.openapi(put, async (c) => show(c, setBudget(c.var.deps, requireActor(c), toFields(c.req.valid('json')))));
  return routes;
}

/** Serves a namespace's `/budget`. */
export function namespaceBudget(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use(jsonAtMost(4096));
  routes.openapi(getInNamespace, async (c) => {
    const namespaceId = parseNamespaceId(c.req.valid('param').namespace_id);
    return show(c, readBudget(c.var.deps, requireActor(c), namespaceId));
  });
  routes.openapi(putInNamespace, async (c) => {
    const namespaceId = parseNamespaceId(c.req.valid('param').namespace_id);
    return show(c, setBudget(c.var.deps, requireActor(c), toFields(c.req.valid('json')), namespaceId));
  });
  return routes;
}

/** Serves the operators' budgets of organizations, which have authenticated operators already. */
export function adminBudgets(operator: ActorRef): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(getOfOrganization, async (c) => {
    const id = requireId('organization', c.req.valid('param').organization_id);
    return show(c, readAsOperator(c.var.deps, id));
  });
  routes.openapi(putOfOrganization, async (c) => {
    const id = requireId('organization', c.req.valid('param').organization_id);
    return show(c, setAsOperator(c.var.deps, id, operator, toFields(c.req.valid('json'))));
  });
  return routes;
}

/** Serves `/v1/usage`. */
export function usage(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  addUsageHistory(routes);
  routes.openapi(list, async (c) => {
    const { prices } = c.var.deps;
    const found = await listUsage(c.var.deps, requireActor(c), c.req.valid('query').month);
    const priced = (amounts: Partial<Record<BudgetResource, number>>) => (prices ? costOf(prices, amounts) : null);
    const { calls, seconds: instance_seconds } = found.total;
    const total = { instance_seconds, calls, stored_bytes: found.storedBytes };
    const by_plugin = found.plugins.map((one) => {
      const spent = { instance_seconds: one.instanceSeconds, calls: one.calls };
      const names = { namespace_id: one.namespaceId, namespace_name: one.namespace, plugin_name: one.plugin };
      return { ...names, ...spent, cost: priced(spent) };
    });
    const totalCost = priced({ ...total, stored_bytes: total.stored_bytes ?? 0 });
    return c.json(
      { month: found.month, currency: prices?.currency ?? null, total: { ...total, cost: totalCost }, by_plugin },
      200,
    );
  });
  return routes;
}

function toFields(sent: z.infer<typeof limitsModel>): BudgetFields {
  return {
    instanceSeconds: sent.instance_seconds ?? null,
    calls: sent.calls ?? null,
    storedBytes: sent.stored_bytes ?? null,
    onExceeded: sent.on_exceeded,
  };
}

function budgetWire({ budgets, isRefusing, usage: used, ...state }: BudgetState): z.infer<typeof budgetModel> {
  const limitsBy = (setter: Budget['setBy']) => {
    const set = budgets.find(({ setBy }) => setBy === setter);
    return set ? limitsOf(set) : null;
  };
  return {
    scope: state.scope,
    month: state.month,
    limits: limitsBy('organization'),
    operator_limits: limitsBy('operator'),
    usage: used,
    refusing: isRefusing,
  };
}
