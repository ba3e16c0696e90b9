// Deploys a version of a plugin and opens the deployment's page.
import { formatPluginId } from '../../../core/plugin-id.ts';
import { actionHashes } from '../../data/action-hashes.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { SelectField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { ReleaseField, releaseIn, releaseWord } from '../../parts/plugins/release-field.tsx';
import { isDeployable } from '../../parts/version/version-stage.tsx';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
}

export function DeployDialog({ namespace, plugin: { name, results, serving_version } }: Props) {
  const versions = results.filter(isDeployable).map(({ version }) => version);
  const request = (form: FormData) => {
    const path = { namespace_id: namespace, plugin_id: formatPluginId(name, readText(form, 'version')) };
    const body = releaseIn(form);
    return apiRequest('post', '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', {
      path,
      ...(body.release && { body }),
    });
  };
  if (versions.length === 0) return null;
  return (
    <ActionDialog
      label="Deploy"
      title={`Deploy ${name}`}
      className="primary"
      hash={actionHashes.deploy}
      busy="Deploying…"
      request={request}
      cli={(form) =>
        slipway(['deploy', `${name}@${readText(form, 'version')}`], { release: releaseWord(form), namespace })
      }
      changes={[['namespace', namespace]]}
      goTo={({ deployment_id: deployment }) => ({
        to: '/n/$namespace/deployments/$deployment',
        params: { namespace, deployment },
      })}
    >
      <SelectField
        name="version"
        label="Version"
        hint={serving_version === null ? undefined : `${serving_version} stays live until the deployment is ready.`}
        choices={versions.map((version) => [version, version === serving_version ? `${version} (live)` : version])}
      />
      <ReleaseField namespace={namespace} />
    </ActionDialog>
  );
}
