// Shows what a version's deployment would lack, and the commands that provide it.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { ByPlace } from '../../parts/plugins/by-place.tsx';
import { visible } from '../../parts/visible-text.ts';

type Plugin = Schemas['PluginDocument'];

/** Keyed below the namespace, since the result depends on the namespace's secrets, models and grants. */
const requirementsQuery = (namespace_id: string, plugin: Plugin) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'requirements', plugin.plugin_id],
    queryFn: ({ signal }) =>
      api.post('/v1/namespaces/{namespace_id}/plugins/requirements', {
        path: { namespace_id },
        body: declaredBy(plugin),
        idempotencyKey: false,
        signal,
      }),
  });

function declaredBy({ manifest, name, namespace_id }: Plugin): Schemas['PluginRequirements'] {
  const { compute_profile, models, permissions, serve_config } = manifest ?? {};
  return {
    name,
    shared: namespace_id === null,
    ...(permissions && { permissions }),
    ...(models && { models }),
    ...(compute_profile && { compute_profile }),
    ...(serve_config && { serve_config }),
  };
}

export function VersionRequirements({ namespace, plugin }: { namespace: string; plugin: Plugin }) {
  const { data } = useQuery(requirementsQuery(namespace, plugin));
  return (
    <section aria-labelledby="requirements">
      <h2 id="requirements">Missing requirements</h2>
      {data?.missing.length === 0 && <p>Nothing: its grants, secrets, models and cluster exist.</p>}
      <ul>
        {data?.missing.map(({ commands, kind, message, names }) => (
          <li key={`${kind} ${names.join(' ')}`}>
            {visible(message)}
            <ByPlace items={commands}>
              {(command) => (
                <p>
                  <Copyable text={command} />
                </p>
              )}
            </ByPlace>
          </li>
        ))}
      </ul>
    </section>
  );
}
