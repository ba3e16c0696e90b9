// Stores a file as a model, or replaces the content of one: the browser sends it to the store, and the server checks it.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { putArchive } from '../../../client/put-archive.ts';
import { hex } from '../../../core/digest.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Copyable, type SameAs } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';

export function StoreModel({ namespace }: { namespace: string }) {
  return (
    <DialogButton label="Store a model" title="Store a model" className="primary">
      {(close) => <ModelForm namespace={namespace} close={close} />}
    </DialogButton>
  );
}

/** A browser reads the whole file for its digest. The command line reads it in pieces. */
const browserBytesMax = 1024 ** 3;

function ModelForm({ namespace, close }: { namespace: string; close: () => void }) {
  const queries = useQueryClient();
  const [sent, setSent] = useState<number>();
  const [size, setSize] = useState(0);
  const isTooLarge = size > browserBytesMax;
  const store = (form: FormData) => storeModel(namespace, form, setSent);
  const done = async ({ name }: Schemas['Model']) => {
    await queries.invalidateQueries({ queryKey: ['namespace', namespace, 'models'] });
    close();
    say(`${name} is stored. Versions that name it get it when they start.`);
  };
  return (
    <ActionForm
      submit="Store"
      busy="Storing…"
      act={store}
      done={done}
      cancel={close}
      isDisabled={isTooLarge}
      command={(form) => commandOf(namespace, form, size)}
    >
      <Field label="Name" hint="As it is in `models` of manifest.py.">
        {(ids) => <input name="name" required maxLength={100} placeholder="clip-vit-b32" autoComplete="off" {...ids} />}
      </Field>
      <Field label="File">
        {(ids) => (
          <input
            name="file"
            type="file"
            required
            onChange={({ target }) => setSize(target.files?.[0]?.size ?? 0)}
            {...ids}
          />
        )}
      </Field>
      {isTooLarge && (
        <p>
          A browser stores up to 1 GiB. For a larger file:{' '}
          <Copyable text="slipway models put NAME FILE" label="the command" />
        </p>
      )}
      <Field
        label="Why a format that may run code is accepted"
        hint="Left empty, pickles are refused. A reason needs the scope policy:admin."
      >
        {(ids) => <input name="reason" maxLength={2000} autoComplete="off" {...ids} />}
      </Field>
      {sent !== undefined && (
        <progress max={size} value={sent} aria-label="Sent">
          {Math.round((100 * sent) / size)} %
        </progress>
      )}
    </ActionForm>
  );
}

/** The command line reads the digest and the size from the file, and sends it. */
function commandOf(namespace: string, form: FormData, size_bytes: number): SameAs {
  const name = textOf(form, 'name');
  return {
    cli: slipway(['models', 'put', name, 'FILE'], { namespace, 'waive-pickle': textOf(form, 'reason') || undefined }),
    path: `/v1/namespaces/${namespace}/models/${encodeURIComponent(name)}`,
    method: 'PUT',
    body: { sha256: 'SHA256', size_bytes },
  };
}

async function storeModel(
  namespace_id: string,
  form: FormData,
  onProgress: (sentBytes: number) => void,
): Promise<Schemas['Model']> {
  const file = form.get('file');
  if (!(file instanceof File)) throw new Error('Choose a file.');
  const path = { namespace_id, name: textOf(form, 'name') };
  const sha256 = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())));
  const content = { sha256, size_bytes: file.size };
  const { upload_url } = await api.put('/v1/namespaces/{namespace_id}/models/{name}', { path, body: content });
  if (upload_url !== null) await putArchive(upload_url, file, { onProgress });
  const reason = textOf(form, 'reason');
  const body = { ...content, ...(reason && { waive_pickle: reason }) };
  return await api.post('/v1/namespaces/{namespace_id}/models/{name}/confirm', { path, body });
}
