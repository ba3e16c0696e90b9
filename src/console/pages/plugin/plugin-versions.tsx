// The full history of a plugin's versions.
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { versionsQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import { PluginTimeline } from './plugin-timeline.tsx';

export function PluginVersionsPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/versions' });
  const { data: plugin } = useSuspenseQuery(versionsQuery(namespace, name));
  useTitle(`${name}: versions`);
  return (
    <>
      <h2 className="unseen">Versions</h2>
      <PluginTimeline namespace={namespace} plugin={plugin} />
      {plugin.pagination.next_cursor !== null && (
        <p>
          Older versions: <code>slipway log {name}</code> lists all {plugin.total}.
        </p>
      )}
      <AsCommand cli={`slipway log ${name}`} path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/versions`} />
    </>
  );
}
