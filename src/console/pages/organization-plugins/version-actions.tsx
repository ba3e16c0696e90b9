// Downloads a version of an organization's plugin, and deletes it.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Download } from '../../parts/actions/download.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';

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
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await api.delete('/v1/plugins/{plugin_id}', { path: { plugin_id } });
    await navigate({ to: '/n/$namespace/organization-plugins', params: { namespace }, search: {} });
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    say(`${name} ${version} is deleted.`);
  };
  return (
    <TypedConfirmation
      label="Delete"
      title={`Delete ${name} ${version} of the organization`}
      name={name}
      act={remove}
      command={() => ({
        cli: slipway(['delete', `${name}@${version}`], { org: true, yes: true }),
        path: `/v1/plugins/${plugin_id}`,
        method: 'DELETE',
      })}
    >
      <p>
        A version that a namespace has enabled is not deleted: disable it there first. Its archive cannot be restored,
        but its number can be published again.
      </p>
    </TypedConfirmation>
  );
}
