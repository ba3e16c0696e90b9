// Publishes an archive that was made elsewhere. What is wrong with it is shown here, as the command line does.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { ApiError } from '../../../client/errors.ts';
import { api } from '../../data/api.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { DialogButton, DialogEnd } from '../../parts/dialog.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { visible } from '../../parts/visible-text.ts';

export function PublishDialog({ namespace }: { namespace: string }) {
  return (
    <DialogButton label="Publish…" title="Publish an archive">
      {(close) => <PublishForm namespace={namespace} close={close} />}
    </DialogButton>
  );
}

function PublishForm({ namespace, close }: { namespace: string; close: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const publish = useMutation({
    mutationFn: (form: FormData) =>
      api.post('/v1/namespaces/{namespace_id}/plugins', { path: { namespace_id: namespace }, form }),
    onSuccess: async ({ name, version }) => {
      await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
      const params = { namespace, name, version };
      await navigate({ to: '/n/$namespace/plugins/$name/versions/$version', params });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    publish.mutate(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={submit}>
      <p>
        The command line packs a folder, publishes and deploys it: <Copyable text="slipway publish my_plugin" />
      </p>
      <label htmlFor="publish-file">Archive (zip or tar.gz)</label>
      <input id="publish-file" name="file" type="file" required accept=".zip,.gz,.tgz" />
      <label htmlFor="publish-name">Name</label>
      <input id="publish-name" name="name" required minLength={3} maxLength={64} autoComplete="off" />
      <label htmlFor="publish-version">Version</label>
      <input id="publish-version" name="version" required placeholder="1.0.0" autoComplete="off" />
      {publish.error && <PageError error={publish.error} />}
      {publish.error && <Reasons error={publish.error} />}
      <DialogEnd close={close} isDisabled={publish.isPending}>
        {publish.isPending ? 'Scanning…' : 'Publish'}
      </DialogEnd>
    </form>
  );
}

/** One line for each finding that rejects the archive. */
function Reasons({ error }: { error: Error }) {
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
