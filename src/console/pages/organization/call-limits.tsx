// The limits of calls of plugins, versions and keys, on the page of usage.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { SelectField, TextField, useNamespaceChoices } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { type Column, MoreRows, Table } from '../../parts/table.tsx';

type Limit = Schemas['CallLimit'];

const limitsQuery = pagedQuery(['call-limits'], {
  load: (page, signal) => api.get('/v1/call-limits', { query: page, signal }),
});

export function CallLimits() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const query = useInfiniteQuery(limitsQuery);
  const limits = query.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <section aria-labelledby="limits-title">
      <h2 id="limits-title">Limits of calls</h2>
      <p>Calls beyond a limit get the status 429 and don't run.</p>
      {key.scopes.includes('namespaces:admin') && (
        <div className="actions">
          <LimitPlugin />
        </div>
      )}
      {limits.length === 0 ? (
        <Empty command="slipway limits set NAME --per-minute 600 --at-once 20">No limit is set.</Empty>
      ) : (
        <Table caption="Limits of calls" columns={columns} rows={limits} keyOf={({ id }) => id} />
      )}
      <MoreRows query={query} />
      <AsCommand of="Limits as a command" cli="slipway limits list" path="/v1/call-limits" />
    </section>
  );
}

const shown = (calls: number | null) => calls?.toLocaleString('en') ?? 'no limit';

const columns: Column<Limit>[] = [
  { id: 'name', title: 'Of', kind: 'varies', cell: ({ limited, name }) => `${limited} ${name}` },
  { id: 'minute', title: 'Calls a minute', kind: 'figure', cell: ({ calls_per_minute }) => shown(calls_per_minute) },
  { id: 'once', title: 'Calls at once', kind: 'figure', cell: ({ calls_at_once }) => shown(calls_at_once) },
];

/** Versions and keys are limited with the command. */
function LimitPlugin() {
  const namespaces = useNamespaceChoices();
  return (
    <ActionDialog
      label="Limit a plugin"
      title="Limit the calls of a plugin"
      submit="Set the limit"
      request={(form) => apiRequest('put', '/v1/call-limits', { body: limitIn(form) })}
      cli={(form) => {
        const { calls_at_once, calls_per_minute, name, namespace_id } = limitIn(form);
        const numbers = { 'per-minute': calls_per_minute?.toString(), 'at-once': calls_at_once?.toString() };
        return slipway(['limits', 'set', name], { namespace: namespace_id, ...numbers });
      }}
      changes={[limitsQuery.queryKey]}
      said={({ name }) => `The limit of ${name} takes effect within 10 s.`}
    >
      <SelectField name="namespace" label="Namespace" choices={namespaces} />
      <TextField name="name" label="Plugin" hint="The limit is for all its versions together." required />
      <TextField name="minute" label="Calls a minute" hint="Empty for no limit." type="number" min={1} />
      <TextField name="once" label="Calls at once" hint="Empty for no limit." type="number" min={1} />
    </ActionDialog>
  );
}

function limitIn(form: FormData) {
  const numberIn = (name: string) => Number(readText(form, name)) || null;
  return {
    kind: 'extractor' as const,
    name: readText(form, 'name'),
    namespace_id: readText(form, 'namespace'),
    calls_per_minute: numberIn('minute'),
    calls_at_once: numberIn('once'),
  };
}
