// A namespace's models: files that plugins read, by the names in their manifests.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { putArchive } from '../../../client/put-archive.ts';
import { hex } from '../../../core/digest.ts';
import { formatBytes, formatProgress } from '../../../core/quantities.ts';
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Action, ActionDialog } from '../../parts/actions/action.tsx';
import { actorColumn, timeColumn } from '../../parts/columns.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { CheckBox, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { Status } from '../../parts/status.tsx';
import type { Column } from '../../parts/table.tsx';
import { modelsQuery } from './queries.ts';

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
      <p>A model that a live version names can't be deleted. Storing the file again undoes the deletion.</p>
      <CheckBox name="force">Delete it even if a live version names it: that version fails on its next start</CheckBox>
    </ActionDialog>
  );
}

/** The browser uploads the file to the store, and the server checks it. */
function StoreModel({ namespace }: { namespace: string }) {
  return (
    <DialogButton label="Store a model" title="Store a model" className="primary">
      {(close) => <ModelForm namespace={namespace} close={close} />}
    </DialogButton>
  );
}

/** A browser reads the whole file into memory to digest it. The CLI reads it in pieces. */
const browserBytesMax = 1024 ** 3;

function ModelForm({ namespace, close }: { namespace: string; close: () => void }) {
  const [sent, setSent] = useState<number>();
  const [size, setSize] = useState(0);
  const isTooLarge = size > browserBytesMax;
  const request = (form: FormData) => {
    const path = { namespace_id: namespace, name: readText(form, 'name') };
    const body = { sha256: 'SHA256', size_bytes: size };
    const shown = apiRequest('put', '/v1/namespaces/{namespace_id}/models/{name}', { path, body });
    return { ...shown, send: () => storeModel(namespace, form, setSent) };
  };
  return (
    <Action
      submit="Store"
      busy="Storing…"
      request={request}
      cli={(form) => commandFor(namespace, form)}
      changes={[['namespace', namespace, 'models']]}
      said={({ name }) => `${name} is stored. Versions that name it get it on their next start.`}
      close={close}
      isDisabled={isTooLarge}
    >
      <TextField
        name="name"
        label="Name"
        hint="As in `models` of manifest.py."
        required
        maxLength={100}
        placeholder="clip-vit-b32"
      />
      <TextField
        name="file"
        label="File"
        type="file"
        required
        onChange={({ target }) => setSize(target.files?.[0]?.size ?? 0)}
      />
      {isTooLarge && (
        <p>
          A browser stores up to 1 GiB. For a larger file:{' '}
          <Copyable text="slipway models put NAME FILE" label="the command" />
        </p>
      )}
      <TextField
        name="reason"
        label="Why a format that may run code is accepted"
        hint="If empty, pickles are rejected. A reason needs the scope policy:admin."
        maxLength={2000}
      />
      {sent !== undefined && (
        <progress max={size} value={sent} aria-label="Sent">
          {formatProgress(sent, size)}
        </progress>
      )}
    </Action>
  );
}

/** The CLI computes the digest and size from the file and uploads it. */
function commandFor(namespace: string, form: FormData): string {
  const reason = readText(form, 'reason') || undefined;
  return slipway(['models', 'put', readText(form, 'name'), 'FILE'], { namespace, 'waive-pickle': reason });
}

async function storeModel(
  namespace_id: string,
  form: FormData,
  onProgress: (sentBytes: number) => void,
): Promise<Schemas['Model']> {
  const file = form.get('file');
  if (!(file instanceof File)) throw new Error('Choose a file.');
  const path = { namespace_id, name: readText(form, 'name') };
  const sha256 = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())));
  const content = { sha256, size_bytes: file.size };
  const { upload_url } = await api.put('/v1/namespaces/{namespace_id}/models/{name}', { path, body: content });
  if (upload_url !== null) await putArchive(upload_url, file, { onProgress });
  const reason = readText(form, 'reason');
  const body = { ...content, ...(reason && { waive_pickle: reason }) };
  return await api.post('/v1/namespaces/{namespace_id}/models/{name}/confirm', { path, body });
}
