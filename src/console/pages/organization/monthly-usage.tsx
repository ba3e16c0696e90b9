// Shows what the month used, compared with its budget or quota, the form that sets the budget, and what costs most.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { budgetQuery, usageQuery } from '../../data/account-queries.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { CheckBox, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { Status } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { fullnessTone, QuotaBar } from './quota-bars.tsx';
import { amountColumns, amountText, costColumns, hours, monthName } from './usage-amounts.tsx';

type Budget = Schemas['Budget'];
type Limits = Schemas['BudgetLimits'];

/** Resources in the units that people set them in. */
const resources = [
  { name: 'calls', title: 'Calls', unit: 1, sign: '', field: 'Calls', option: 'calls' },
  {
    name: 'instance_seconds',
    title: 'Instance time',
    ...hours,
    field: 'Hours that instances are awake',
    option: 'instance-hours',
  },
  { name: 'stored_bytes', title: 'Storage', unit: 1e9, sign: ' GB', field: 'Stored gigabytes', option: 'stored-gb' },
] as const;
type Resource = (typeof resources)[number];

export function MonthlyUsage({ quotas }: { quotas: Schemas['Quotas'] }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data: budget } = useQuery(budgetQuery);
  if (!budget) return null;
  return (
    <>
      <h2>Used in {monthName(budget.month)}</h2>
      {budget.refusing && (
        <p role="alert" className="problem">
          A budget is spent: nothing new starts until it is raised or the month ends (UTC). What is awake keeps serving.
        </p>
      )}
      <Table
        caption="Used this month"
        columns={columnsFor(budget, quotas)}
        rows={resources}
        keyOf={({ name }) => name}
      />
      <div className="actions">
        {key.scopes.includes('keys:admin') && key.namespace_ids === null && <SetBudget limits={budget.limits} />}
        <Link to="/quotas/months" className="button small">
          Twelve months
        </Link>
      </div>
      <CostliestPlugins />
    </>
  );
}

/** Storage has a quota, which counts if there is no budget. */
function columnsFor({ usage }: Budget, { stored_bytes: stored }: Schemas['Quotas']): Column<Resource>[] {
  return [
    { id: 'resource', title: 'Resource', kind: 'varies', cell: ({ name, title }) => <span id={name}>{title}</span> },
    {
      id: 'used',
      title: 'Used',
      cell: (resource) =>
        resource.name === 'stored_bytes' && usage.stored_bytes.limit === null ? (
          <QuotaBar resource="stored_bytes" usage={stored} />
        ) : (
          <BudgetBar resource={resource} {...usage[resource.name]} />
        ),
    },
    {
      id: 'forecast',
      title: 'Forecast',
      kind: 'figure',
      hidden: 'below-600',
      cell: (resource) => amountText(usage[resource.name].forecast, resource),
    },
  ];
}

function BudgetBar({ limit, percent, resource, spent }: Schemas['ResourceSpending'] & { resource: Resource }) {
  if (limit === null || percent === null) return `${amountText(spent, resource)}, no budget`;
  const tone = fullnessTone(percent);
  return (
    <div className="bar">
      <meter max={100} value={Math.min(100, percent)} aria-labelledby={resource.name} className={tone} />
      <p>
        {tone !== 'good' && <Status tone={tone}>{tone === 'bad' ? 'Spent' : 'Nearly spent'}</Status>}{' '}
        {amountText(spent, resource)} of {amountText(limit, resource)}{' '}
        <span className="quiet">{percent}% of the budget; events at 50, 80 and 100%</span>
      </p>
    </div>
  );
}

function SetBudget({ limits }: { limits: Limits | null }) {
  return (
    <ActionDialog
      label="Set the budget"
      title="Set the monthly budget"
      submit="Save"
      request={(form) => apiRequest('put', '/v1/budget', { body: limitsIn(form) })}
      cli={(form) => slipway(['budget', 'set'], optionsIn(form))}
      changes={[budgetQuery.queryKey]}
      said={() => 'The budget is set.'}
    >
      {resources.map(({ field: label, name, unit }) => {
        const limit = limits?.[name] ?? null;
        const value = limit === null ? '' : limit / unit;
        const field = { name, label, type: 'number', min: 0, step: 'any', defaultValue: value };
        return <TextField key={name} hint="Empty: no limit." {...field} />;
      })}
      <CheckBox name="refuse" defaultChecked={limits?.on_exceeded === 'refuse'}>
        When it is spent, start nothing new
      </CheckBox>
    </ActionDialog>
  );
}

const actionIn = (form: FormData) => (form.has('refuse') ? 'refuse' : 'warn');

function limitsIn(form: FormData): Limits {
  const limits = resources.map(({ name, unit }) => {
    const text = readText(form, name);
    return [name, text === '' ? null : Math.round(Number(text) * unit)] as const;
  });
  return { ...Object.fromEntries(limits), on_exceeded: actionIn(form) };
}

function optionsIn(form: FormData): Record<string, string> {
  const limits = resources.map(({ name, option }) => [option, readText(form, name) || 'none'] as const);
  return { ...Object.fromEntries(limits), 'on-exceeded': actionIn(form) };
}

type PluginUsage = Schemas['MonthlyUsage']['by_plugin'][number];

const usageColumns: Column<PluginUsage>[] = [
  { id: 'plugin', title: 'Plugin', kind: 'varies', cell: ({ plugin_name }) => plugin_name ?? 'Removed' },
  {
    id: 'namespace',
    title: 'Namespace',
    kind: 'name',
    hidden: 'below-600',
    cell: ({ namespace_name }) => namespace_name ?? 'Deleted',
  },
  ...amountColumns,
];

function CostliestPlugins() {
  const { data } = useQuery(usageQuery);
  if (!data || data.by_plugin.length === 0) return null;
  return (
    <>
      <h2>What costs most</h2>
      <Table
        caption="Plugins, what costs most first"
        columns={[...usageColumns, ...costColumns(data.currency)]}
        rows={data.by_plugin}
        keyOf={(one) => `${one.namespace_id} ${one.plugin_name} ${one.calls} ${one.instance_seconds}`}
      />
    </>
  );
}
