// Enables a version of an organization's plugin in a namespace, changes its parameters there, and disables it.
import { z } from 'zod/mini';
import { indentedJson, readJsonTree } from '../../../core/json/tree.ts';
import { apiRequest } from '../../data/api.ts';
import type { AvailablePlugin } from '../../data/organization-plugins.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { JsonField, jsonTextIn } from '../../parts/actions/json-field.tsx';
import { CheckBox } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';

interface Props {
  namespace: string;
  plugin: AvailablePlugin;
}

const route = '/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}';

export function Enable({ namespace, plugin }: Props) {
  const { enabled_in_namespace: isEnabled, name, parameters, plugin_id, version } = plugin;
  const path = { namespace_id: namespace, plugin_id };
  return (
    <ActionDialog
      label={isEnabled ? 'Parameters' : 'Enable'}
      title={isEnabled ? `Parameters of ${name} ${version}` : `Enable ${name} ${version}`}
      className="small"
      submit={isEnabled ? 'Save' : 'Enable'}
      busy="Enabling…"
      request={(form) => apiRequest('post', `${route}/enable`, { path, body: settingsIn(form) })}
      cli={(form) =>
        slipway(['enable', `${name}@${version}`], {
          params: readText(form, 'params') || undefined,
          'no-deploy': form.get('deploy') === null,
          namespace,
        })
      }
      changes={[['namespace', namespace]]}
      said={({ message }) => message}
      link={({ deployment_id: deployment }) => {
        if (deployment === null) return undefined;
        const to = '/n/$namespace/deployments/$deployment';
        return { to: { to, params: { namespace, deployment } }, text: 'Deployment' };
      }}
    >
      <p>The namespace then treats it like its own plugins, with separate deployments, parameters and traffic.</p>
      <JsonField
        name="params"
        label="Parameters as JSON"
        hint="Used for each realtime call in this namespace, unless the call sets its own."
        value={parameters === null ? '' : indentedJson(readJsonTree(parameters.text))}
        schema={jsonObject}
        problem="Use a JSON object."
      />
      <CheckBox name="deploy" defaultChecked>
        Deploy it
      </CheckBox>
    </ActionDialog>
  );
}

const jsonObject = z.record(z.string(), z.unknown());

function settingsIn(form: FormData) {
  const params = jsonTextIn(form, 'params', jsonObject);
  return { deploy: form.get('deploy') !== null, ...(params && { params }) };
}

export function Disable({ namespace, plugin: { name, plugin_id, version } }: Props) {
  const path = { namespace_id: namespace, plugin_id };
  return (
    <ActionDialog
      label="Disable"
      title={`Disable ${name} ${version}`}
      typed={name}
      request={() => apiRequest('post', `${route}/disable`, { path })}
      cli={() => slipway(['disable', `${name}@${version}`], { namespace, yes: true })}
      changes={[['namespace', namespace]]}
      said={({ message }) => message}
    >
      <p>
        It is undeployed in this namespace, and calls to it fail there unless another version is live. Other namespaces
        keep it. Enabling it again redeploys it.
      </p>
    </ActionDialog>
  );
}
