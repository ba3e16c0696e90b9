// Rolls a plugin back: shows what changes and what does not, asks for a reason, and follows the deployment if there is one.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, type Schemas } from '../../data/api.ts';
import { diffQuery } from '../../data/queries.ts';
import { DialogButton, DialogEnd } from '../../parts/dialog.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { DiffSummary } from '../diff/diff-summary.tsx';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
  /** Where to, unless another version is chosen. Defaults to the version that served before. */
  target?: string;
}

export function RollbackDialog({ namespace, plugin, target }: Props) {
  const { name, rollback_targets } = plugin;
  const label = target === undefined ? 'Roll back' : actionOf(target, rollback_targets);
  return (
    <DialogButton label={`${label}…`} title={`${name}: ${label}`}>
      {(close) => <RollbackForm namespace={namespace} plugin={plugin} chosen={target} close={close} />}
    </DialogButton>
  );
}

/** A version that never served the name is promoted, by the same request. */
function actionOf(version: string, rollbackTargets: string[]): string {
  return rollbackTargets.includes(version) ? `Roll back to ${version}` : `Promote ${version}`;
}

interface FormProps extends Props {
  chosen: string | undefined;
  close: () => void;
}

function RollbackForm({ namespace, plugin, chosen, close }: FormProps) {
  const { name, rollback_targets, serving_version, active_version } = plugin;
  const [target, setTarget] = useState(chosen ?? rollback_targets[0] ?? '');
  const from = serving_version ?? active_version;
  const versions = [...new Set([...(chosen === undefined ? [] : [chosen]), ...rollback_targets])];
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
        {versions.map((version) => (
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
      <DialogEnd close={close} isDisabled={rollback.isPending}>
        {rollback.isPending ? 'Moving calls…' : actionOf(target, rollback_targets)}
      </DialogEnd>
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
