// Publishes an archive that was made elsewhere. What is wrong with it is shown here, as the command line does.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ApiError } from '../../../client/errors.ts';
import { api } from '../../data/api.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { visible } from '../../parts/visible-text.ts';

export function PublishDialog({ namespace }: { namespace: string }) {
  return (
    <DialogButton label="Publish plugin" className="primary" title="Publish an archive">
      {(close) => <PublishForm namespace={namespace} close={close} />}
    </DialogButton>
  );
}

function PublishForm({ namespace, close }: { namespace: string; close: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const publish = (form: FormData) =>
    api.post('/v1/namespaces/{namespace_id}/plugins', { path: { namespace_id: namespace }, form });
  const done = async ({ name, version }: { name: string; version: string }) => {
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    say(`${name} ${version} is published.`);
    const params = { namespace, name, version };
    await navigate({ to: '/n/$namespace/plugins/$name/versions/$version', params });
  };
  return (
    <ActionForm submit="Publish" busy="Scanning…" act={publish} done={done} cancel={close} explain={reasonsOf}>
      <p>
        The command line packs a folder, publishes and deploys it: <Copyable text="slipway publish my_plugin" />
      </p>
      <Field label="Archive (zip or tar.gz)">
        {(ids) => <input name="file" type="file" required accept=".zip,.gz,.tgz" {...ids} />}
      </Field>
      <Field label="Name">
        {(ids) => <input name="name" required minLength={3} maxLength={64} autoComplete="off" {...ids} />}
      </Field>
      <Field label="Version">
        {(ids) => <input name="version" required placeholder="1.0.0" autoComplete="off" {...ids} />}
      </Field>
    </ActionForm>
  );
}

/** One line for each finding that rejects the archive. */
function reasonsOf(error: Error) {
  const body: unknown = error instanceof ApiError ? error.body : null;
  if (typeof body !== 'object' || body === null || !('validation_errors' in body)) return null;
  if (!Array.isArray(body.validation_errors)) return null;
  return (
    <ul>
      {body.validation_errors.map((reason) => (
        <li key={String(reason)}>{visible(String(reason))}</li>
      ))}
    </ul>
  );
}
