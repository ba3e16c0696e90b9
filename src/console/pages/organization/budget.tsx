// Shows the month's budget with what is spent of it, the form that sets it, and what costs most.
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { budgetQuery, usageQuery } from '../../data/account-queries.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { CheckBox, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { Status } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';

type Budget = Schemas['Budget'];
type Limits = Schemas['BudgetLimits'];

/** Resources in the units that people set them in. */
const resources = [
  { name: 'instance_seconds', title: 'Hours that instances are awake', unit: 3600, option: 'instance-hours' },
  { name: 'calls', title: 'Calls', unit: 1, option: 'calls' },
  { name: 'stored_bytes', title: 'Stored gigabytes', unit: 1e9, option: 'stored-gb' },
] as const;
type Resource = (typeof resources)[number];

const inUnits = (amount: number, unit: number) => (amount / unit).toLocaleString('en', { maximumFractionDigits: 1 });

export function MonthlyBudget() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data: budget } = useQuery(budgetQuery);
  if (!budget) return null;
  return (
    <>
      <h2>Budget, {budget.month}</h2>
      {budget.refusing && (
        <p role="alert" className="problem">
          A budget is spent: nothing new starts until it is raised or the month ends (UTC). What is awake goes on.
        </p>
      )}
      <Table
        caption="Budget of the month"
        columns={budgetColumns(budget)}
        rows={resources}
        keyOf={({ name }) => name}
      />
      {key.scopes.includes('keys:admin') && key.namespace_ids === null && (
        <div className="actions">
          <SetBudget limits={budget.limits} />
        </div>
      )}
      <CostliestPlugins />
    </>
  );
}

function budgetColumns({ usage }: Budget): Column<Resource>[] {
  return [
    { id: 'resource', title: 'Resource', kind: 'varies', cell: ({ name, title }) => <span id={name}>{title}</span> },
    { id: 'spent', title: 'Spent', cell: (resource) => <BudgetBar {...resource} {...usage[resource.name]} /> },
    {
      id: 'forecast',
      title: 'Forecast',
      kind: 'figure',
      hidden: 'below-600',
      cell: ({ name, unit }) => inUnits(usage[name].forecast, unit),
    },
  ];
}

function BudgetBar({ limit, name, percent, spent, unit }: Resource & Schemas['ResourceSpending']) {
  if (limit === null || percent === null) return `${inUnits(spent, unit)}, no limit`;
  const tone = percent >= 100 ? 'bad' : percent >= 80 ? 'warning' : 'good';
  return (
    <div className="bar">
      <meter max={100} value={Math.min(100, percent)} aria-labelledby={name} className={tone} />
      <p>
        {tone !== 'good' && <Status tone={tone}>{tone === 'bad' ? 'Spent' : 'Nearly spent'}</Status>}{' '}
        {inUnits(spent, unit)} of {inUnits(limit, unit)}{' '}
        <span className="quiet">{percent} %; events at 50, 80 and 100 %</span>
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
      {resources.map(({ name, title, unit }) => {
        const limit = limits?.[name] ?? null;
        const value = limit === null ? '' : limit / unit;
        const field = { name, label: title, type: 'number', min: 0, step: 'any', defaultValue: value };
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
  { id: 'namespace', title: 'Namespace', kind: 'name', cell: ({ namespace_name }) => namespace_name ?? 'Deleted' },
  { id: 'awake', title: 'Hours awake', kind: 'figure', cell: (one) => inUnits(one.instance_seconds, 3600) },
  { id: 'calls', title: 'Calls', kind: 'figure', cell: ({ calls }) => calls.toLocaleString('en') },
];

function CostliestPlugins() {
  const { data } = useQuery(usageQuery);
  if (!data || data.by_plugin.length === 0) return null;
  const cost: Column<PluginUsage> = { id: 'cost', title: `Cost, ${data.currency}`, kind: 'figure', cell: costText };
  return (
    <>
      <h2>What costs most</h2>
      <Table
        caption="Plugins, what costs most first"
        columns={data.currency === null ? usageColumns : [...usageColumns, cost]}
        rows={data.by_plugin}
        keyOf={(one) => `${one.namespace_id} ${one.plugin_name} ${one.calls} ${one.instance_seconds}`}
      />
    </>
  );
}

const costText = ({ cost }: PluginUsage) => cost?.toFixed(2);
