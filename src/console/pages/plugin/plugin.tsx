// The frame of a plugin's pages: what serves, what one may do, and the tabs.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams, useRouteContext } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import type { Schemas } from '../../data/api.ts';
import { isFailing } from '../../data/failing-plugins.ts';
import { trafficQuery } from '../../data/plugin-history.ts';
import { versionsQuery } from '../../data/queries.ts';
import { Ready } from '../../parts/frame/ready.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Loading } from '../../parts/page-states.tsx';
import { Status } from '../../parts/status.tsx';
import { DeployDialog } from './deploy-dialog.tsx';
import { PluginTabs } from './plugin-tabs.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

export function PluginPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name' });
  const { data } = useSuspenseQuery(versionsQuery(namespace, name));
  return (
    <>
      <PageHead title={name} actions={<PluginActions namespace={namespace} plugin={data} />}>
        <LiveVersion plugin={data} />
        {data.serving_version !== null && <Health namespace={namespace} name={name} />}
        <span className="kind">Python</span>
      </PageHead>
      <PluginTabs namespace={namespace} plugin={data} />
      <Ready fallback={<Loading what={name} />}>
        <Outlet />
      </Ready>
    </>
  );
}

/** Serving and active are two things: a version is active when it was chosen, and serves when it answers calls to the name. */
function LiveVersion({ plugin: { active_version, results, serving_version } }: { plugin: Schemas['PluginVersions'] }) {
  const isFailed = results.find(({ active }) => active)?.status === 'FAILED';
  if (serving_version === null)
    return isFailed ? (
      <Status tone="bad">{`Failed ${active_version}`}</Status>
    ) : (
      <Status tone="quiet">Not deployed</Status>
    );
  return (
    <>
      <Status tone="good">{`Live ${serving_version}`}</Status>
      {serving_version !== active_version && (
        <Status tone="warning">{`${active_version} was chosen, but does not serve`}</Status>
      )}
    </>
  );
}

/** Whether the calls of the last day were answered. Without a call, nobody knows. */
function Health({ namespace, name }: { namespace: string; name: string }) {
  const { data } = useQuery(trafficQuery(namespace, name));
  if (data === undefined || data.total.calls === 0) return null;
  return isFailing(data.total) ? <Status tone="bad">Failing</Status> : <Status tone="good">Healthy</Status>;
}

function PluginActions({ namespace, plugin }: { namespace: string; plugin: Schemas['PluginVersions'] }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { name, rollback_targets } = plugin;
  const [target] = rollback_targets;
  const mayDeploy = key.scopes.includes('plugins:deploy');
  return (
    <>
      <Link to="/n/$namespace/plugins/$name/playground" className="button" params={{ namespace, name }} search={{}}>
        <Play className="icon" aria-hidden /> Playground
      </Link>
      {mayDeploy && target !== undefined && <RollbackDialog namespace={namespace} plugin={plugin} target={target} />}
      {mayDeploy && <DeployDialog namespace={namespace} plugin={plugin} />}
    </>
  );
}
