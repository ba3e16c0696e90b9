// Shows a Go plugin's health: its calls, its versions, and what it reaches.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { formatCapability } from '../../../client/capability-text.ts';
import { goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import type { Schemas } from '../../data/api.ts';
import { failsNow } from '../../data/failing-plugins.ts';
import { describePlacement, goPluginQuery, parseGoKind } from '../../data/other-kinds.ts';
import { pluginOverviewQuery } from '../../data/plugin-calls.ts';
import { trafficQuery } from '../../data/plugin-history.ts';
import { chartMarks } from '../../data/traffic/traffic-marks.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/page-head.tsx';
import { visible } from '../../parts/visible-text.ts';
import { AdvisoryWarning } from '../advisories/advisory-warning.tsx';
import { periodNames, TrafficCharts, TrafficFigures } from '../plugin/plugin-traffic.tsx';
import { TrafficByVersion } from '../plugin/traffic-by-version.tsx';
import { GoVersions } from './go-versions.tsx';

export function GoOverviewPage() {
  const { namespace, name, ...params } = useParams({ from: '/signed-in/n/$namespace/go/$kind/$name/' });
  const kind = parseGoKind(params.kind);
  const { data: plugin } = useSuspenseQuery(goPluginQuery(kind, name));
  const { data: traffic } = useQuery(trafficQuery(plugin.namespace_id, name, 24, kind));
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, name, kind));
  const isBuilt = plugin.sha256 !== null;
  const word = overview && failsNow(overview) ? 'failing' : 'live';
  return (
    <>
      <AdvisoryWarning name={name} counts={plugin.advisories} />
      {isBuilt && (
        <TrafficFigures traffic={traffic} period={periodNames[24]} live={plugin.git_commit_hash}>
          {plugin.loaded ? 'running' : 'asleep, starts on the next call'}, in {describePlacement(plugin)}
        </TrafficFigures>
      )}
      {traffic && traffic.total.calls > 0 && (
        <section aria-labelledby="traffic">
          <h2 id="traffic">Traffic</h2>
          <TrafficCharts traffic={traffic} marks={chartMarks(traffic.marks)} />
        </section>
      )}
      <div className="pair">
        {isBuilt && <GoVersions namespace={namespace} kind={kind} plugin={plugin} word={word} />}
        <GoReach plugin={plugin} />
      </div>
      {traffic && isBuilt && (
        <section aria-labelledby="by-version">
          <h2 id="by-version">Calls by version, 24 h</h2>
          <TrafficByVersion traffic={traffic} />
        </section>
      )}
      <AsCommand cli={`slipway show ${name} --kind ${kind}`} path={`${goSurfaces[kind]}/${name}`} />
    </>
  );
}

function GoReach({ plugin: { capabilities, plugin_definition, sha256 } }: { plugin: Schemas['GoPlugin'] }) {
  const asked = listPermissions(plugin_definition?.permissions ?? {});
  const actions = plugin_definition?.actions?.map(({ name }) => name) ?? [];
  return (
    <section aria-labelledby="reach">
      <h2 id="reach">Asks for and reaches</h2>
      <div className="panel">
        <dl className="facts">
          <Fact name="Asks for">{visible(asked.join(', ')) || 'nothing'}</Fact>
          {actions.length > 0 && <Fact name="Actions">{visible(actions.join(', '))}</Fact>}
        </dl>
        {sha256 !== null && <Reached capabilities={capabilities} />}
      </div>
    </section>
  );
}

function Reached({ capabilities }: Pick<Schemas['GoPlugin'], 'capabilities'>) {
  if (!capabilities) return <p>The program is not analyzed.</p>;
  if (capabilities.length === 0) return <p>The program reaches nothing beyond its own memory.</p>;
  return (
    <ul>
      {capabilities.map((capability) => (
        <li key={capability.name}>{visible(formatCapability(capability))}</li>
      ))}
    </ul>
  );
}
