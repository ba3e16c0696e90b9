// Waivers: findings of a rule that do not reject a plugin, why, and for how long.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { waiverStates, waiversQuery } from '../../data/access-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { NewWaiver } from './new-waiver.tsx';

type Waiver = Schemas['Waiver'];

export function WaiversPage() {
  const { status } = useSearch({ from: '/signed-in/waivers' });
  const navigate = useNavigate({ from: '/waivers' });
  const query = useInfiniteQuery(waiversQuery(status));
  if (query.error && !query.data) throw query.error;
  const waivers = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead title="Waivers" actions={<NewWaiver label="Grant a waiver" className="primary" />} />
      <search className="filters">
        <FilterSelect
          label="Status"
          all="all"
          values={waiverStates}
          value={status}
          choose={(status) => void navigate({ search: (before) => ({ ...before, status }), replace: true })}
        />
      </search>
      {waivers?.length === 0 ? (
        <Empty command="slipway waivers grant my_plugin SLP301 --reason 'Reviewed: …' --expires 30d">
          No waiver {status === undefined ? 'yet' : 'has this status'}. A waiver lets a plugin pass in spite of a rule,
          for a reason and for a time.
        </Empty>
      ) : (
        <Table caption="Waivers, newest first" columns={columns} rows={waivers} keyOf={({ waiver_id }) => waiver_id} />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway waivers list" path="/v1/waivers" query={{ status }} />
    </>
  );
}

const tones: Record<Waiver['status'], Tone> = { active: 'warning', expired: 'quiet', revoked: 'quiet' };

const columns: Column<Waiver>[] = [
  {
    id: 'plugin',
    title: 'Plugin',
    sortBy: ({ plugin }) => plugin,
    cell: ({ plugin, rule }) => (
      <>
        {plugin} <code>{rule}</code>
      </>
    ),
  },
  {
    id: 'status',
    title: 'Status',
    sortBy: ({ status }) => status,
    cell: ({ status }) => <Status tone={tones[status]}>{status}</Status>,
  },
  { id: 'reason', title: 'Reason', kind: 'varies', hidden: 'below-600', cell: ({ reason }) => reason },
  {
    id: 'by',
    title: 'Granted by',
    hidden: 'below-900',
    cell: ({ created_by }) => <Actor actor={created_by} />,
  },
  {
    id: 'expires',
    title: 'Expires',
    kind: 'time',
    hidden: 'below-900',
    sortBy: ({ expires_at }) => expires_at,
    cell: ({ expires_at }) => <Time at={expires_at} />,
  },
  {
    id: 'actions',
    title: 'Actions',
    cell: (waiver) => waiver.status === 'active' && <Revoke waiver={waiver} />,
  },
];

function Revoke({ waiver: { waiver_id, plugin, rule } }: { waiver: Waiver }) {
  const queries = useQueryClient();
  const revoke = async () => {
    await api.delete('/v1/waivers/{waiver_id}', { path: { waiver_id } });
    await queries.invalidateQueries({ queryKey: ['waivers'] });
    say(`${rule} applies to ${plugin} again.`);
  };
  return (
    <TypedConfirmation
      label="Revoke"
      title={`Revoke the waiver of ${rule} for ${plugin}`}
      name={plugin}
      act={revoke}
      command={() => ({
        cli: slipway(['waivers', 'revoke', waiver_id], { yes: true }),
        path: `/v1/waivers/${waiver_id}`,
        method: 'DELETE',
      })}
    >
      <p>Findings of {rule} reject the plugin again. What is live stays live. A new waiver undoes it.</p>
    </TypedConfirmation>
  );
}
