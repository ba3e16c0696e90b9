// The models of a namespace: files that plugins read, by the names in their manifests.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { formatBytes } from '../../../core/bytes.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { modelsQuery } from '../../data/source/source-queries.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Status } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { StoreModel } from './store-model.tsx';

type Model = Schemas['Model'];

export function ModelsPage() {
  const { namespace } = useParams({ from: '/signed-in/n/$namespace/models' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayChange = key.scopes.includes('plugins:write');
  const query = useInfiniteQuery(modelsQuery(namespace));
  if (query.error && !query.data) throw query.error;
  const models = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead title="Models" actions={mayChange && <StoreModel namespace={namespace} />} />
      {models?.length === 0 ? (
        <Empty command="slipway models put clip-vit-b32 model.safetensors">
          No models yet. A plugin names a model in its manifest and reads the file when it starts.
        </Empty>
      ) : (
        <Table
          caption="Models, by name"
          columns={mayChange ? [...columns, actionsIn(namespace)] : columns}
          rows={models}
          keyOf={({ name }) => name}
        />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway models list" path={`/v1/namespaces/${namespace}/models`} />
    </>
  );
}

const columns: Column<Model>[] = [
  {
    id: 'name',
    title: 'Name',
    kind: 'varies',
    sortBy: ({ name }) => name,
    cell: ({ name, waived_because }) => (
      <>
        {name} {waived_because !== null && <Status tone="warning">May run code</Status>}
        {waived_because !== null && <p className="quiet">{waived_because}</p>}
      </>
    ),
  },
  {
    id: 'size',
    title: 'Size',
    kind: 'figure',
    sortBy: ({ size_bytes }) => size_bytes,
    cell: ({ size_bytes }) => formatBytes(size_bytes),
  },
  {
    id: 'digest',
    title: 'SHA-256',
    hidden: 'below-900',
    cell: ({ name, sha256 }) => (
      <>
        <code>{sha256.slice(0, 12)}</code> <Copyable text={sha256} label={`of ${name}`} isShort />
      </>
    ),
  },
  { id: 'by', title: 'Stored by', hidden: 'below-900', cell: ({ updated_by }) => <Actor actor={updated_by} /> },
  {
    id: 'stored',
    title: 'Stored',
    kind: 'time',
    hidden: 'below-600',
    sortBy: ({ updated_at }) => updated_at,
    cell: ({ updated_at }) => <Time at={updated_at} />,
  },
];

function actionsIn(namespace: string): Column<Model> {
  return { id: 'actions', title: 'Actions', cell: ({ name }) => <Delete namespace={namespace} name={name} /> };
}

function Delete({ namespace, name }: { namespace: string; name: string }) {
  const queries = useQueryClient();
  const remove = async (form: FormData) => {
    const path = { namespace_id: namespace, name };
    await api.delete('/v1/namespaces/{namespace_id}/models/{name}', { path, query: forcedIn(form) });
    await queries.invalidateQueries({ queryKey: ['namespace', namespace, 'models'] });
    say(`${name} is deleted.`);
  };
  return (
    <TypedConfirmation
      label="Delete"
      title={`Delete ${name}`}
      name={name}
      act={remove}
      command={(form) => ({
        cli: slipway(['models', 'delete', name], { force: form.has('force'), namespace, yes: true }),
        path: `/v1/namespaces/${namespace}/models/${name}`,
        query: forcedIn(form),
        method: 'DELETE',
      })}
    >
      <p>A model that a live version names is not deleted. Storing the file again undoes it.</p>
      <label className="choice">
        <input type="checkbox" name="force" /> Although a live version may name it: it fails when it is started again
      </label>
    </TypedConfirmation>
  );
}

function forcedIn(form: FormData): { force?: 'true' } {
  return form.has('force') ? { force: 'true' } : {};
}
