// Deletes a plugin: all its versions, one after the other. The organization's plugins are deleted on their own page.
import { api, apiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';

interface Props {
  namespace: string;
  name: string;
}

export function DeletePlugin({ namespace, name }: Props) {
  const request = () => {
    const path = { namespace_id: namespace, plugin_id: `${name}_VERSION` };
    const deletion = apiRequest('delete', '/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
    return { ...deletion, send: () => deleteVersions(namespace, name) };
  };
  return (
    <ActionDialog
      label="Delete"
      title={`Delete ${name}`}
      typed={name}
      request={request}
      cli={() => slipway(['delete', name], { all: true, namespace, yes: true })}
      changes={[['namespace', namespace]]}
      goTo={() => ({ to: '/n/$namespace/plugins', params: { namespace }, search: {} })}
      said={(deleted) => `${name} is deleted with ${deleted === 1 ? 'its version' : `${deleted} versions`}.`}
    >
      <p>
        All its versions are taken out of service and deleted, and calls to {name} fail. Their archives cannot be
        restored, but their numbers can be published again. By HTTP, each version is deleted by its ID.
      </p>
    </ActionDialog>
  );
}

/** Deletes until none is left, since a list has an end. Returns how many there were. */
async function deleteVersions(namespace_id: string, name: string): Promise<number> {
  for (let deleted = 0; ; ) {
    const { plugins } = await api.get('/v1/namespaces/{namespace_id}/plugins', {
      path: { namespace_id },
      query: { name, source: 'namespace', limit: 1000 },
    });
    if (plugins.length === 0) return deleted;
    for (const { plugin_id } of plugins)
      await api.delete('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path: { namespace_id, plugin_id } });
    deleted += plugins.length;
  }
}
