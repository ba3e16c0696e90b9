// The frame of a Go plugin's pages: its state, the available actions, why its last build or start failed, and the tabs.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { goPluginWord } from '../../../contract/state-words.ts';
import type { Schemas } from '../../data/api.ts';
import { failsNow } from '../../data/failing-plugins.ts';
import { goPluginQuery, parseGoKind } from '../../data/other-kinds.ts';
import { pluginOverviewQuery } from '../../data/plugin-calls.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Loading, Ready } from '../../parts/page-states.tsx';
import { ReleaseInProgress } from '../../parts/plugins/release-in-progress.tsx';
import { Status, type Tone, VersionStatus } from '../../parts/status.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { visible } from '../../parts/visible-text.ts';
import { RestartCount } from '../deployments/instance.tsx';
import { GoActions } from './go-actions.tsx';

const tones: Record<ReturnType<typeof goPluginWord>, Tone> = {
  failed: 'bad',
  updating: 'busy',
  deploying: 'busy',
  staged: 'busy',
  live: 'good',
  restarting: 'bad',
};

/** Marks a crashed plugin, even while one of its processes is up. */
function GoState({ plugin }: { plugin: Schemas['GoPlugin'] }) {
  const word = goPluginWord(plugin);
  const tone = word === 'live' && plugin.restarts ? 'warning' : tones[word];
  return (
    <>
      <Status tone={tone}>{word}</Status>
      {plugin.restarts && <RestartCount restarts={plugin.restarts} isDown={word === 'restarting'} />}
    </>
  );
}

export function GoPluginPage() {
  const { namespace, name, ...params } = useParams({ from: '/signed-in/n/$namespace/go/$kind/$name' });
  const kind = parseGoKind(params.kind);
  const { data: plugin } = useSuspenseQuery(goPluginQuery(kind, name));
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, name, kind));
  const isFailing = plugin.status === 'active' && overview !== undefined && failsNow(overview);
  return (
    <>
      <PageHead title={name} actions={<GoActions kind={kind} plugin={plugin} />}>
        {isFailing ? <VersionStatus word="failing" version={plugin.git_ref} /> : <GoState plugin={plugin} />}
        {overview?.release && <ReleaseInProgress namespace={namespace} release={overview.release} />}
        <span className="kind">Go {kind}</span>
        {plugin.description !== '' && <span className="quiet">{visible(plugin.description)}</span>}
      </PageHead>
      {plugin.error_message !== undefined && (
        <section aria-labelledby="build">
          <h2 id="build">Build and start</h2>
          {plugin.error_code !== undefined && <p className="problem">{visible(plugin.error_code)}</p>}
          <pre className="code">{visible(plugin.error_message)}</pre>
        </section>
      )}
      <Tabs
        parent="/signed-in/n/$namespace/go/$kind/$name"
        params={{ namespace, kind, name }}
        label={`Pages of ${name}`}
      />
      <Ready fallback={<Loading what={name} />}>
        <Outlet />
      </Ready>
    </>
  );
}
