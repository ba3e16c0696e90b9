// Deployment actions, each with what it changes and what it keeps.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api, type Schemas } from '../../data/api.ts';
import { pluginOverviewQuery } from '../../data/plugin-calls.ts';
import { useRollbackTarget, withoutTarget } from '../../data/plugin-history.ts';
import { versionsQuery } from '../../data/queries.ts';
import { PageError } from '../../parts/page-states.tsx';
import { RollbackDialog } from '../plugin/rollback-dialog.tsx';

interface Props {
  namespace: string;
  deployment: Schemas['DeploymentInFull'];
  hasEnded: boolean;
}

/** Returns whether the deployment can be retried. */
export function mayRetry({ status }: Pick<Schemas['DeploymentInFull'], 'status'>): boolean {
  return status === 'failed' || status === 'cancelled';
}

export function DeploymentActions({ namespace, deployment, hasEnded }: Props) {
  const { deployment_id, kind, name, version } = deployment;
  const path = { namespace_id: namespace, deployment_id };
  const queries = useQueryClient();
  const navigate = useNavigate();
  const changed = () => queries.invalidateQueries({ queryKey: ['namespace', namespace] });
  const cancel = useMutation({
    mutationFn: () => api.post('/v1/namespaces/{namespace_id}/deployments/{deployment_id}/cancel', { path }),
    onSuccess: changed,
  });
  const retry = useMutation({
    mutationFn: () => api.post('/v1/namespaces/{namespace_id}/deployments/{deployment_id}/retry', { path }),
    onSuccess: async (made) => {
      await changed();
      const params = { namespace, deployment: made.deployment_id };
      await navigate({ to: '/n/$namespace/deployments/$deployment', params });
    },
  });
  const error = cancel.error ?? retry.error;
  return (
    <>
      {!hasEnded && (
        <div className="actions">
          <button type="button" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </button>
          <span className="quiet">Ends this attempt. The live version stays live; this one stays published.</span>
        </div>
      )}
      {mayRetry(deployment) && (
        <div className="actions">
          <button type="button" disabled={retry.isPending} onClick={() => retry.mutate()}>
            Deploy again
          </button>
          <span className="quiet">
            Starts a new attempt of {name} {version}. This one stays unchanged, with its log.
          </span>
        </div>
      )}
      {deployment.serving && kind === 'extractor' && (
        <NameActions namespace={namespace} name={name} version={version} />
      )}
      {error && <PageError error={error} />}
    </>
  );
}

/** Actions on the plugin's name. If this version is live, a rollback can replace it; otherwise it can be promoted. */
function NameActions({ namespace, name, version }: { namespace: string; name: string; version: string }) {
  const { data } = useQuery(versionsQuery(namespace, name));
  return data ? <NameAction namespace={namespace} plugin={data} version={version} /> : null;
}

interface NameProps {
  namespace: string;
  plugin: Schemas['PluginVersions'];
  version: string;
}

function NameAction({ namespace, plugin, version }: NameProps) {
  const { name, serving_version } = plugin;
  const target = useRollbackTarget(namespace, plugin);
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, name));
  const release = overview?.release ?? null;
  if (serving_version !== version)
    return (
      <div className="actions">
        <RollbackDialog namespace={namespace} plugin={plugin} target={version} />
        <span className="quiet">
          {release?.version === version
            ? `This version answers ${release.percent}% of calls to ${name}; the others go to ${serving_version}.`
            : `Calls to ${name} go to ${serving_version ?? 'no version'}. This version is on standby and answers calls only by its own ID.`}
        </span>
        {serving_version !== null && (
          <ChangesLink namespace={namespace} name={name} from={serving_version} to={version} />
        )}
      </div>
    );
  if (target === undefined) return <p className="quiet">{withoutTarget(plugin)}</p>;
  return (
    <div className="actions">
      <RollbackDialog namespace={namespace} plugin={plugin} target={target} />
      <span className="quiet">
        {target === version
          ? 'Ends the release in progress.'
          : `Goes to ${target}. This deployment stays on standby. Data that the plugin wrote elsewhere stays.`}
      </span>
      {target !== version && <ChangesLink namespace={namespace} name={name} from={version} to={target} />}
    </div>
  );
}

function ChangesLink({ namespace, name, from, to }: { namespace: string; name: string; from: string; to: string }) {
  return (
    <Link to="/n/$namespace/plugins/$name/diff" params={{ namespace, name }} search={{ from, to }}>
      Compare {from} and {to}
    </Link>
  );
}
