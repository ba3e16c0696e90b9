// Deploys a version of a plugin, and leads to the deployment.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { pluginIdOf } from '../../../core/plugin-id.ts';
import { actionHashes } from '../../data/action-hashes.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
}

export function DeployDialog({ namespace, plugin }: Props) {
  return (
    <DialogButton label="Deploy" className="primary" title={`Deploy ${plugin.name}`} hash={actionHashes.deploy}>
      {(close) => <DeployForm namespace={namespace} plugin={plugin} close={close} />}
    </DialogButton>
  );
}

function DeployForm({ namespace, plugin, close }: Props & { close: () => void }) {
  const { name, results, serving_version } = plugin;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const deploy = (form: FormData) =>
    api.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', {
      path: { namespace_id: namespace, plugin_id: pluginIdOf(name, textOf(form, 'version')) },
    });
  const done = async ({ deployment_id }: { deployment_id: string }) => {
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    await navigate({ to: '/n/$namespace/deployments/$deployment', params: { namespace, deployment: deployment_id } });
  };
  return (
    <ActionForm
      submit="Deploy"
      busy="Deploying…"
      act={deploy}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['deploy', `${name}@${textOf(form, 'version')}`], { namespace }),
        path: `/v1/namespaces/${namespace}/plugins/${pluginIdOf(name, textOf(form, 'version'))}/deploy`,
        method: 'POST',
      })}
    >
      <Field
        label="Version"
        hint={serving_version === null ? undefined : `${serving_version} serves until the deployment is ready.`}
      >
        {(ids) => (
          <select name="version" {...ids}>
            {results.map(({ version }) => (
              <option key={version} value={version}>
                {version === serving_version ? `${version} (live)` : version}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ActionForm>
  );
}
