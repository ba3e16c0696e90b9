// Version actions: deploy it or make it live, download its archive, try its batch steps, undeploy it, delete it.
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { Suspense } from 'react';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { lazyPart } from '../../connection/load-code.ts';
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { versionsQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { ActionButton, ActionDialog, Download, End, Ends } from '../../parts/actions/action.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { StagedLinks } from '../../parts/version/staged-links.tsx';
import { isDeployable } from '../../parts/version/version-stage.tsx';
import { RollbackDialog } from '../plugin/rollback-dialog.tsx';

const BatchTest = lazyPart(() => import('./batch-test.tsx'));
const VersionWithdrawals = lazyPart(() => import('./version-withdrawals.tsx'));

interface Props {
  namespace: string;
  name: string;
  version: string;
  isDeployed: boolean;
  /** True if the version belongs to the organization. It is then deleted on the organization's plugin page, not here. */
  isShared: boolean;
}

export function VersionActions({
  isDeployed,
  isQuarantined,
  ...of
}: Omit<Props, 'isShared'> & { isQuarantined: boolean }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const path = { namespace_id: of.namespace, plugin_id: formatPluginId(of.name, of.version) };
  const find = async () =>
    (await api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/download', { path })).download_url;
  return (
    <>
      {!isQuarantined && <Download label="Download" find={find} />}
      {isDeployed && key.scopes.includes('plugins:invoke') && (
        <DialogButton label="Batch test" title={`Batch test of ${of.name} ${of.version}`}>
          {(close) => <BatchTest close={close} {...of} />}
        </DialogButton>
      )}
    </>
  );
}

interface MainProps extends OfVersion {
  status: Pick<Schemas['PluginStatus'], 'deployed' | 'status'>;
  plugin: Schemas['PluginDocument'];
}

/**
 * Deploys an undeployed version, promotes one on standby, or retries a failed deployment. A live version needs none of these. A staged
 * one needs approval first, and a rejected one is never deployed.
 */
export function MainAction({
  namespace,
  name,
  version,
  status,
  plugin: { namespace_id: owner, quarantined, stage },
}: MainProps) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data: plugin } = useQuery(versionsQuery(namespace, name));
  const id = formatPluginId(name, version);
  if (stage === 'staged') return <StagedLinks id={id} namespace={owner ?? undefined} className="button primary" />;
  if (!isDeployable({ quarantined, stage }) || !key.scopes.includes('plugins:deploy')) return null;
  if (status.status === 'FAILED') return <DeployButton namespace={namespace} id={id} label="Deploy again" />;
  if (!status.deployed) return <DeployButton namespace={namespace} id={id} label="Deploy" />;
  if (!plugin || plugin.serving_version === version) return null;
  return <RollbackDialog namespace={namespace} plugin={plugin} target={version} />;
}

function DeployButton({ namespace, id, label }: { namespace: string; id: string; label: string }) {
  const path = { namespace_id: namespace, plugin_id: id };
  return (
    <ActionButton
      label={label}
      isMain
      send={() => api.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', { path })}
      changes={[['namespace', namespace]]}
      goTo={({ deployment_id: deployment }) => ({
        to: '/n/$namespace/deployments/$deployment',
        params: { namespace, deployment },
      })}
    />
  );
}

export function VersionEnds({ isDeployed, isShared, plugin, ...of }: Props & Pick<MainProps, 'plugin'>) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayUndeploy = isDeployed && key.scopes.includes('plugins:deploy');
  const mayDelete = !isShared && key.scopes.includes('plugins:write');
  if (!mayUndeploy && !mayDelete) return null;
  return (
    <Ends>
      {mayDelete && (
        <Suspense>
          <VersionWithdrawals namespace={of.namespace} plugin={plugin} />
        </Suspense>
      )}
      {mayUndeploy && (
        <End effect="Undeploying it stops its instance. It stays published, and deploying it again undoes this.">
          <Undeploy {...of} />
        </End>
      )}
      {mayDelete && (
        <End effect="Deleting it removes its archive, which cannot be restored. Its number becomes free again.">
          <Delete {...of} />
        </End>
      )}
    </Ends>
  );
}

type OfVersion = Pick<Props, 'namespace' | 'name' | 'version'>;

function Undeploy({ namespace, name, version }: OfVersion) {
  const path = { namespace_id: namespace, plugin_id: formatPluginId(name, version) };
  return (
    <ActionDialog
      label="Undeploy"
      title={`Undeploy ${name} ${version}`}
      typed={name}
      request={() => apiRequest('post', '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy', { path })}
      cli={() => slipway(['undeploy', `${name}@${version}`], { namespace, yes: true })}
      changes={[['namespace', namespace]]}
      said={() => `${name} ${version} is undeployed.`}
    >
      <p>
        Calls to this version fail. If it is live, the highest version on standby becomes live, and calls to {name} fail
        if there is none. Its runs are cancelled. Deploying it again undoes this, except for the runs.
      </p>
    </ActionDialog>
  );
}

function Delete({ namespace, name, version }: OfVersion) {
  const path = { namespace_id: namespace, plugin_id: formatPluginId(name, version) };
  return (
    <ActionDialog
      label="Delete"
      title={`Delete ${name} ${version}`}
      typed={name}
      request={() => apiRequest('delete', '/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path })}
      cli={() => slipway(['delete', `${name}@${version}`], { namespace, yes: true })}
      changes={[['namespace', namespace]]}
      goTo={() => ({ to: '/n/$namespace/plugins', params: { namespace }, search: {} })}
      said={() => `${name} ${version} is deleted.`}
    >
      <p>It is undeployed first. Its archive cannot be restored, but its number can be published again.</p>
    </ActionDialog>
  );
}
