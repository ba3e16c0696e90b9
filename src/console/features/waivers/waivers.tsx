// Waivers: findings that don't reject a plugin, why, and for how long.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { actorColumn, statusColumn, timeColumn } from '../../parts/columns.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import type { Column } from '../../parts/table.tsx';
import { NewWaiver } from './new-waiver.tsx';
import { waiverStates, waiversQuery } from './queries.ts';

type Waiver = Schemas['Waiver'];

export function WaiversPage() {
  const { status } = useSearch({ from: '/signed-in/waivers' });
  const none = `No waiver ${status === undefined ? 'yet' : 'has this status'}.`;
  return (
    <ResourcePage
      title="Waivers"
      actions={<NewWaiver label="Grant a waiver" className="primary" />}
      query={useInfiniteQuery(waiversQuery(status))}
      filter={{ values: waiverStates }}
      empty={{
        text: `${none} A waiver lets a plugin pass despite a rule, for a stated reason and a limited time.`,
        command: "slipway waivers grant my_plugin SLP301 --reason 'Reviewed: …' --expires 30d",
      }}
      caption="Waivers, newest first"
      columns={columns}
      keyOf={({ waiver_id }) => waiver_id}
      command={{ cli: 'slipway waivers list', path: '/v1/waivers', query: { status } }}
    />
  );
}

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
  statusColumn({ active: 'warning', expired: 'quiet', revoked: 'quiet' }),
  { id: 'reason', title: 'Reason', kind: 'varies', hidden: 'below-600', cell: ({ reason }) => reason },
  actorColumn('Granted by', ({ created_by }) => created_by),
  timeColumn('expires', 'Expires', ({ expires_at }) => expires_at, 'below-900'),
  { id: 'actions', title: 'Actions', cell: (waiver) => waiver.status === 'active' && <Revoke waiver={waiver} /> },
];

function Revoke({ waiver: { waiver_id, plugin, rule } }: { waiver: Waiver }) {
  return (
    <ActionDialog
      label="Revoke"
      title={`Revoke the ${rule} waiver for ${plugin}`}
      typed={plugin}
      request={() => apiRequest('delete', '/v1/waivers/{waiver_id}', { path: { waiver_id } })}
      cli={() => slipway(['waivers', 'revoke', waiver_id], { yes: true })}
      changes={[['waivers']]}
      said={() => `${rule} applies to ${plugin} again.`}
    >
      <p>Findings of {rule} reject the plugin again. Live versions stay live. A new waiver undoes this.</p>
    </ActionDialog>
  );
}
