// Active waivers for all of a plugin's versions.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { Actor } from '../../parts/actor.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { NewWaiver } from './new-waiver.tsx';
import { pluginWaiversQuery } from './queries.ts';

export default function PluginWaivers({ plugin }: { plugin: string }) {
  const { data } = useQuery(pluginWaiversQuery(plugin));
  return (
    <section aria-labelledby="waivers">
      <div className="head">
        <h2 id="waivers" className="inline">
          Waivers
        </h2>
        <div className="actions">
          <NewWaiver label="Waive a rule" className="small" plugin={plugin} />
          <Link to="/waivers" className="button small" search={{}}>
            All waivers
          </Link>
        </div>
      </div>
      {data?.results.length === 0 ? (
        <p className="quiet">No rule is waived for {plugin}.</p>
      ) : (
        <Table
          caption={`Active waivers for ${plugin}`}
          columns={columns}
          rows={data?.results}
          keyOf={({ waiver_id }) => waiver_id}
        />
      )}
    </section>
  );
}

const columns: Column<Schemas['Waiver']>[] = [
  { id: 'rule', title: 'Rule', cell: ({ rule }) => <code>{rule}</code> },
  { id: 'reason', title: 'Reason', kind: 'varies', cell: ({ reason }) => visible(reason) },
  { id: 'by', title: 'Granted by', hidden: 'below-900', cell: ({ created_by }) => <Actor actor={created_by} /> },
  { id: 'expires', title: 'Expires', kind: 'time', cell: ({ expires_at }) => <Time at={expires_at} /> },
];
