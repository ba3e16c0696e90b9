// Deletes a plugin: all its versions, one after the other. The organization's plugins are deleted on their own page.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';

interface Props {
  namespace: string;
  name: string;
}

export function DeletePlugin({ namespace, name }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    const deleted = await deleteVersions(namespace, name);
    await navigate({ to: '/n/$namespace/plugins', params: { namespace }, search: {} });
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    say(`${name} is deleted with ${deleted === 1 ? 'its version' : `${deleted} versions`}.`);
  };
  return (
    <TypedConfirmation
      label="Delete"
      title={`Delete ${name}`}
      name={name}
      act={remove}
      command={() => ({
        cli: slipway(['delete', name], { all: true, namespace, yes: true }),
        path: `/v1/namespaces/${namespace}/plugins/${name}_VERSION`,
        method: 'DELETE',
      })}
    >
      <p>
        All its versions are taken out of service and deleted, and calls to {name} fail. Their archives cannot be
        restored, but their numbers can be published again. By HTTP, each version is deleted by its ID.
      </p>
    </TypedConfirmation>
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
