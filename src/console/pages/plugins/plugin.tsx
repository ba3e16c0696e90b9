// A plugin by name: which version serves and which is active, its traffic, and the history of its versions.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { versionsQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { useTitle } from '../../parts/title.ts';
import { PluginOverview, PluginTraffic } from './plugin-overview.tsx';
import { PluginTimeline } from './plugin-timeline.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

export function PluginPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name' });
  const { data } = useSuspenseQuery(versionsQuery(namespace, name));
  useTitle(name);
  const [target] = data.rollback_targets;
  return (
    <>
      <h1>{name}</h1>
      <PluginOverview namespace={namespace} plugin={data} />
      <div className="actions">
        {target === undefined ? (
          <span className="quiet">There is nothing to roll back to: no other version of {name} has served calls.</span>
        ) : (
          <>
            <RollbackDialog namespace={namespace} plugin={data} />
            {data.serving_version !== null && (
              <Link
                to="/n/$namespace/plugins/$name/diff"
                params={{ namespace, name }}
                search={{ from: data.serving_version, to: target }}
              >
                What that changes
              </Link>
            )}
          </>
        )}
        <Link to="/n/$namespace/plugins/$name/playground" params={{ namespace, name }} search={{}}>
          Playground
        </Link>
        <Link to="/n/$namespace/deployments" params={{ namespace }} search={{ name }}>
          Deployments of {name}
        </Link>
      </div>
      <PluginTraffic namespace={namespace} name={name} />
      <PluginTimeline namespace={namespace} plugin={data} />
      {data.pagination.next_cursor !== null && (
        <p>
          Older versions: <code>slipway log {name}</code> lists all {data.total}.
        </p>
      )}
      <AsCommand cli={`slipway log ${name}`} path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/versions`} />
      <AsCommand
        of="The traffic as a command"
        cli={`slipway traffic ${name}`}
        path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/traffic`}
      />
    </>
  );
}
