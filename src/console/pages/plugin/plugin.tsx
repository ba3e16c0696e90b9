// The frame of a plugin's pages: the live version, the available actions, and the tabs.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams, useRouteContext } from '@tanstack/react-router';
import { pluginWord, statusWords } from '../../../contract/state-words.ts';
import { actionHashes } from '../../data/action-hashes.ts';
import type { Schemas } from '../../data/api.ts';
import { pluginOverviewQuery } from '../../data/plugin-calls.ts';
import { useRollbackTarget, withoutTarget } from '../../data/plugin-history.ts';
import { versionsQuery } from '../../data/queries.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Loading, Ready } from '../../parts/page-states.tsx';
import { ReleaseInProgress } from '../../parts/plugins/release-in-progress.tsx';
import { Status, VersionStatus } from '../../parts/status.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { DeployDialog } from './deploy-dialog.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

export function PluginPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name' });
  const { data } = useSuspenseQuery(versionsQuery(namespace, name));
  return (
    <>
      <PageHead title={name} actions={<PluginActions namespace={namespace} plugin={data} />}>
        <LiveVersion namespace={namespace} plugin={data} />
        <span className="kind">Python</span>
      </PageHead>
      <WithoutRollback namespace={namespace} plugin={data} />
      <PluginTabs namespace={namespace} plugin={data} />
      <Ready fallback={<Loading what={name} />}>
        <Outlet />
      </Ready>
    </>
  );
}

/** Shows the live version and its health in one word. A selected version that isn't live has failed or is still being deployed. */
function LiveVersion({ namespace, plugin }: { namespace: string; plugin: Schemas['PluginVersions'] }) {
  const { active_version, name, results, serving_version } = plugin;
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, name));
  const active = results.find((version) => version.active);
  const withdrawn = results.find(({ quarantined }) => quarantined !== null);
  if (serving_version === null && withdrawn !== undefined)
    return <Status tone="bad">{`${withdrawn.version} quarantined`}</Status>;
  if (serving_version === null)
    return active?.status === 'FAILED' ? (
      <VersionStatus word="failed" version={active_version} />
    ) : (
      <VersionStatus word={active ? statusWords[active.status] : 'not deployed'} />
    );
  return (
    <>
      <VersionStatus word={overview ? pluginWord(overview) : 'live'} version={serving_version} />
      {overview?.release ? (
        <ReleaseInProgress namespace={namespace} release={overview.release} />
      ) : (
        serving_version !== active_version &&
        active?.status !== 'NOT_DEPLOYED' && (
          <Status tone="warning">{`${active_version} should have replaced it`}</Status>
        )
      )}
    </>
  );
}

function PluginActions({ namespace, plugin }: { namespace: string; plugin: Schemas['PluginVersions'] }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const target = useRollbackTarget(namespace, plugin);
  const mayDeploy = key.scopes.includes('plugins:deploy');
  return (
    <>
      {mayDeploy && target !== undefined && (
        <RollbackDialog namespace={namespace} plugin={plugin} target={target} hash={actionHashes.rollBack} />
      )}
      {mayDeploy && <DeployDialog namespace={namespace} plugin={plugin} />}
    </>
  );
}

/** Says why there is no button to roll back, if earlier versions were live. */
function WithoutRollback({ namespace, plugin }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const target = useRollbackTarget(namespace, plugin);
  if (target !== undefined || plugin.rollback_skipped.length === 0) return null;
  return key.scopes.includes('plugins:deploy') && <p className="quiet">{withoutTarget(plugin)}</p>;
}

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
}

/** A plugin's tabs, with its live version's source. Settings come last. */
function PluginTabs({ namespace, plugin: { name, results, serving_version } }: Props) {
  const version = serving_version ?? results[0]?.version;
  return (
    <Tabs parent="/signed-in/n/$namespace/plugins/$name" params={{ namespace, name }} label={`Pages of ${name}`}>
      {version !== undefined && (
        <Link
          to="/n/$namespace/plugins/$name/versions/$version/source"
          params={{ namespace, name, version }}
          search={{}}
        >
          Source
        </Link>
      )}
    </Tabs>
  );
}
