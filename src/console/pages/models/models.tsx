// The models of a namespace: files that plugins read, by the names in their manifests.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { formatBytes } from '../../../core/bytes.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { modelsQuery } from '../../data/source/source-queries.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { actorColumn, timeColumn } from '../../parts/columns.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { CheckBox } from '../../parts/fields.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { Status } from '../../parts/status.tsx';
import type { Column } from '../../parts/table.tsx';
import { StoreModel } from './store-model.tsx';

type Model = Schemas['Model'];

export function ModelsPage() {
  const { namespace } = useParams({ from: '/signed-in/n/$namespace/models' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayChange = key.scopes.includes('plugins:write');
  return (
    <ResourcePage
      title="Models"
      actions={mayChange && <StoreModel namespace={namespace} />}
      query={useInfiniteQuery(modelsQuery(namespace))}
      empty={{
        text: 'No models yet. A plugin names a model in its manifest and reads the file when it starts.',
        command: 'slipway models put clip-vit-b32 model.safetensors',
      }}
      caption="Models, by name"
      columns={mayChange ? [...columns, actionsIn(namespace)] : columns}
      keyOf={({ name }) => name}
      command={{ cli: 'slipway models list', path: `/v1/namespaces/${namespace}/models` }}
    />
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
  actorColumn('Stored by', ({ updated_by }) => updated_by),
  timeColumn('stored', 'Stored', ({ updated_at }) => updated_at, 'below-600'),
];

function actionsIn(namespace: string): Column<Model> {
  return { id: 'actions', title: 'Actions', cell: ({ name }) => <Delete namespace={namespace} name={name} /> };
}

function Delete({ namespace, name }: { namespace: string; name: string }) {
  const path = { namespace_id: namespace, name };
  const remove = (form: FormData) => {
    const query = form.has('force') ? ({ force: 'true' } as const) : {};
    return apiRequest('delete', '/v1/namespaces/{namespace_id}/models/{name}', { path, query });
  };
  return (
    <ActionDialog
      label="Delete"
      title={`Delete ${name}`}
      typed={name}
      request={remove}
      cli={(form) => slipway(['models', 'delete', name], { force: form.has('force'), namespace, yes: true })}
      changes={[['namespace', namespace, 'models']]}
      said={() => `${name} is deleted.`}
    >
      <p>A model that a live version names is not deleted. Storing the file again undoes it.</p>
      <CheckBox name="force">Although a live version may name it: it fails when it is started again</CheckBox>
    </ActionDialog>
  );
}
