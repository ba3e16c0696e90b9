// Enables a version of an organization's plugin in a namespace, gives it other parameters there, and disables it.
import { useQueryClient } from '@tanstack/react-query';
import { z } from 'zod/mini';
import { indentedJson, readJsonTree } from '../../../core/json/tree.ts';
import { api, type Schemas } from '../../data/api.ts';
import type { AvailablePlugin } from '../../data/organization-plugins.ts';
import { slipway } from '../../data/shell.ts';
import { JsonField, jsonTextIn } from '../../parts/actions/json-field.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';

interface Props {
  namespace: string;
  plugin: AvailablePlugin;
}

const route = '/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}';

function pathIn(namespace: string, plugin_id: string, action: string): string {
  return `/v1/namespaces/${namespace}/plugins/org/${plugin_id}/${action}`;
}

export function Enable({ namespace, plugin }: Props) {
  const { enabled_in_namespace: isEnabled, name, version } = plugin;
  return (
    <DialogButton
      label={isEnabled ? 'Parameters' : 'Enable'}
      title={isEnabled ? `Parameters of ${name} ${version}` : `Enable ${name} ${version}`}
      className="small"
    >
      {(close) => <EnableForm namespace={namespace} plugin={plugin} close={close} />}
    </DialogButton>
  );
}

function EnableForm({ namespace, plugin, close }: Props & { close: () => void }) {
  const { enabled_in_namespace: isEnabled, name, parameters, plugin_id, version } = plugin;
  const queries = useQueryClient();
  const enable = (form: FormData) =>
    api.post(`${route}/enable`, { path: { namespace_id: namespace, plugin_id }, body: settingsIn(form) });
  const done = async ({ deployment_id, message }: Schemas['PluginEnabled']) => {
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    close();
    const to = '/n/$namespace/deployments/$deployment' as const;
    const params = { namespace, deployment: deployment_id ?? '' };
    say(message, deployment_id === null ? undefined : { to: { to, params }, text: 'Deployment' });
  };
  return (
    <ActionForm
      submit={isEnabled ? 'Save' : 'Enable'}
      busy="Enabling…"
      act={enable}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['enable', `${name}@${version}`], {
          params: textOf(form, 'params') || undefined,
          'no-deploy': form.get('deploy') === null,
          namespace,
        }),
        path: pathIn(namespace, plugin_id, 'enable'),
        method: 'POST',
        body: settingsIn(form),
      })}
    >
      <p>The namespace then serves it like a plugin of its own, with deployments, parameters and traffic of its own.</p>
      <JsonField
        name="params"
        label="Parameters as JSON"
        hint="For each realtime call in this namespace, unless the call has others."
        value={parameters === null ? '' : indentedJson(readJsonTree(parameters.text))}
        schema={jsonObject}
        problem="Use a JSON object."
      />
      <label className="choice">
        <input type="checkbox" name="deploy" defaultChecked /> Deploy it
      </label>
    </ActionForm>
  );
}

const jsonObject = z.record(z.string(), z.unknown());

function settingsIn(form: FormData) {
  const params = jsonTextIn(form, 'params', jsonObject);
  return { deploy: form.get('deploy') !== null, ...(params && { params }) };
}

export function Disable({ namespace, plugin: { name, plugin_id, version } }: Props) {
  const queries = useQueryClient();
  const disable = async () => {
    const { message } = await api.post(`${route}/disable`, { path: { namespace_id: namespace, plugin_id } });
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    say(message);
  };
  return (
    <TypedConfirmation
      label="Disable"
      title={`Disable ${name} ${version}`}
      name={name}
      act={disable}
      command={() => ({
        cli: slipway(['disable', `${name}@${version}`], { namespace, yes: true }),
        path: pathIn(namespace, plugin_id, 'disable'),
        method: 'POST',
      })}
    >
      <p>
        It is undeployed in this namespace, and calls to it fail there unless another version of it is live. Other
        namespaces keep it. Enabling it again deploys it again.
      </p>
    </TypedConfirmation>
  );
}
