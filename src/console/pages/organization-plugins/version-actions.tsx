// Downloads a version of an organization's plugin, and deletes it.
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
      title={`Delete ${name} ${version} of the organization`}
      typed={name}
      request={() => apiRequest('delete', '/v1/plugins/{plugin_id}', { path: { plugin_id } })}
      cli={() => slipway(['delete', `${name}@${version}`], { org: true, yes: true })}
      changes={[['namespace', namespace]]}
      goTo={() => ({ to: '/n/$namespace/organization-plugins', params: { namespace }, search: {} })}
      said={() => `${name} ${version} is deleted.`}
    >
      <p>
        A version that a namespace has enabled is not deleted: disable it there first. Its archive cannot be restored,
        but its number can be published again.
      </p>
    </ActionDialog>
  );
}
