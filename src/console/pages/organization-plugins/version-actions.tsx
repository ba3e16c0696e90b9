// Downloads or deletes a version of an organization's plugin.
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog, Download } from '../../parts/actions/action.tsx';

interface Props {
  plugin: Schemas['PluginDocument'];
}

export function DownloadOrganizationVersion({ plugin: { plugin_id } }: Props) {
  const path = { plugin_id };
  return (
    <Download
      label="Download"
      find={async () => (await api.get('/v1/plugins/{plugin_id}/download', { path })).download_url}
    />
  );
}

export function DeleteOrganizationVersion({ namespace, plugin }: Props & { namespace: string }) {
  const { name, plugin_id, version } = plugin;
  return (
    <ActionDialog
      label="Delete"
      title={`Delete the organization's ${name} ${version}`}
      typed={name}
      request={() => apiRequest('delete', '/v1/plugins/{plugin_id}', { path: { plugin_id } })}
      cli={() => slipway(['delete', `${name}@${version}`], { org: true, yes: true })}
      changes={[['namespace', namespace]]}
      goTo={() => ({ to: '/n/$namespace/organization-plugins', params: { namespace }, search: {} })}
      said={() => `${name} ${version} is deleted.`}
    >
      <p>
        A version can't be deleted while a namespace has it enabled: disable it there first. Its archive cannot be
        restored, but its number can be published again.
      </p>
    </ActionDialog>
  );
}
