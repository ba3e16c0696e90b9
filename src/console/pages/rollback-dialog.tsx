// Rolls a plugin back: shows what changes and what does not, asks for a reason, and follows the deployment if there is one.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, type Schemas } from '../data/api.ts';
import { diffQuery } from '../data/queries.ts';
import { PageError } from '../parts/page-states.tsx';
import { DiffSummary } from './diff-summary.tsx';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
}

export function RollbackDialog({ namespace, plugin }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const { name, rollback_targets } = plugin;
  // After its content is there, so that the browser moves the focus into it.
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  if (rollback_targets.length === 0)
    return <p className="quiet">There is nothing to roll back to: no other version of {name} has served calls.</p>;
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Roll back…
      </button>
      <dialog ref={dialog} aria-labelledby="rollback-title" onClose={() => setOpen(false)}>
        <h2 id="rollback-title">Roll back {name}</h2>
        {isOpen && <RollbackForm namespace={namespace} plugin={plugin} close={() => dialog.current?.close()} />}
      </dialog>
    </>
  );
}

function RollbackForm({ namespace, plugin, close }: Props & { close: () => void }) {
  const { name, rollback_targets, serving_version, active_version } = plugin;
  const [target, setTarget] = useState(rollback_targets[0] ?? '');
  const from = serving_version ?? active_version;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const rollback = useMutation({
    mutationFn: (message: string) =>
      api.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
        path: { namespace_id: namespace, slug: name },
        body: { version: target, message },
      }),
    onSuccess: async ({ deployment_id }) => {
      await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
      if (deployment_id === null) return close();
      await navigate({ to: '/n/$namespace/deployments/$deployment', params: { namespace, deployment: deployment_id } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    rollback.mutate(String(new FormData(event.currentTarget).get('reason') ?? ''));
  };
  return (
    <form onSubmit={submit}>
      <label htmlFor="target">Version that serves afterwards</label>
      <select id="target" value={target} onChange={(event) => setTarget(event.target.value)}>
        {rollback_targets.map((version) => (
          <option key={version}>{version}</option>
        ))}
      </select>
      <RollbackChanges namespace={namespace} name={name} from={from} to={target} />
      <p>
        Calls to {name} move from {from} to {target}. If {target} is not live any more, it is deployed first and {from}{' '}
        serves until it is ready. No version is deleted or undeployed. What plugins wrote elsewhere, such as vectors,
        stays as it is.
      </p>
      <label htmlFor="reason">Reason</label>
      <input id="reason" name="reason" required maxLength={500} />
      {rollback.error && <PageError error={rollback.error} />}
      <p className="actions">
        <button type="submit" className="primary" disabled={rollback.isPending}>
          {rollback.isPending ? 'Rolling back…' : `Roll back to ${target}`}
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </p>
    </form>
  );
}

function RollbackChanges({ namespace, name, from, to }: { namespace: string; name: string; from: string; to: string }) {
  const { data, error } = useQuery(diffQuery(namespace, name, from, to));
  if (error) return <PageError error={error} />;
  return data ? (
    <DiffSummary diff={data} />
  ) : (
    <p role="status">
      Comparing {from} with {to}…
    </p>
  );
}
