// One Go plugin: where it comes from and where it runs, what it asks for and reaches, what its build said, its calls, its versions, and a call.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { formatCapability } from '../../../contract/plugin/capability-text.ts';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import type { Schemas } from '../../data/api.ts';
import {
  type GoKind,
  goKindOf,
  goLogsQuery,
  goPluginQuery,
  goTrafficQuery,
  placementOf,
  surfaces,
} from '../../data/other-kinds.ts';
import { ByPlace } from '../../parts/by-place.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/fact.tsx';
import { LogLine } from '../../parts/log-line.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { marksOf, TrafficByVersion, TrafficCharts } from '../plugin/plugin-traffic.tsx';
import { GoActions } from './go-actions.tsx';
import { GoCall } from './go-call.tsx';
import { GoState } from './go-state.tsx';
import { GoVersions } from './go-versions.tsx';

export function GoPluginPage() {
  const { namespace, name, ...params } = useParams({ from: '/signed-in/n/$namespace/go/$kind/$name' });
  const kind = goKindOf(params.kind);
  const { data: plugin } = useSuspenseQuery(goPluginQuery(kind, name));
  return (
    <>
      <PageHead title={name} actions={<GoActions namespace={namespace} kind={kind} plugin={plugin} />}>
        <GoState plugin={plugin} />
        <span className="kind">Go {kind}</span>
      </PageHead>
      <Facts plugin={plugin} />
      {plugin.sha256 !== null && <GoCapabilities reached={plugin.capabilities} />}
      {plugin.error_message !== undefined && (
        <section aria-labelledby="build">
          <h2 id="build">Build and start</h2>
          {plugin.error_code !== undefined && <p className="problem">{visible(plugin.error_code)}</p>}
          <pre className="code">{visible(plugin.error_message)}</pre>
        </section>
      )}
      {plugin.sha256 !== null && <GoCall kind={kind} plugin={plugin} />}
      {plugin.sha256 !== null && <GoTraffic kind={kind} name={name} />}
      {plugin.sha256 !== null && <GoVersions namespace={namespace} kind={kind} name={name} />}
      {plugin.sha256 !== null && <GoLog kind={kind} name={name} />}
      <AsCommand cli={`slipway show ${name} --kind ${kind}`} path={`${surfaces[kind]}/${name}`} />
    </>
  );
}

function Facts({ plugin }: { plugin: Schemas['GoPlugin'] }) {
  const facts: [name: string, value: string][] = [
    ['Description', plugin.description || 'none'],
    ['Repository', plugin.repository],
    ['Ref', plugin.git_ref],
    ['Runs in', placementOf(plugin)],
    ['Asks for', listPermissions(plugin.plugin_definition?.permissions ?? {}).join(', ') || 'nothing'],
    ['Actions', plugin.plugin_definition?.actions?.map(({ name }) => name).join(', ') || 'none declared'],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <Fact key={name} name={name}>
          {visible(value)}
        </Fact>
      ))}
      <Fact name="Commit">
        {plugin.git_commit_hash === '' ? 'not resolved yet' : <Copyable text={plugin.git_commit_hash} />}
      </Fact>
      <Fact name="SHA-256 of the executable">
        {plugin.sha256 === null ? 'not built yet' : <Copyable text={plugin.sha256} />}
      </Fact>
      <Fact name="Installed">
        <Time at={plugin.installed_at} />
      </Fact>
    </dl>
  );
}

function GoCapabilities({ reached }: { reached: Schemas['GoPlugin']['capabilities'] }) {
  return (
    <section aria-labelledby="capabilities">
      <h2 id="capabilities">Capabilities</h2>
      {reached && reached.length > 0 ? (
        <ul>
          {reached.map((capability) => (
            <li key={capability.name}>{visible(formatCapability(capability))}</li>
          ))}
        </ul>
      ) : (
        <p>{reached ? 'The program reaches nothing outside of its own memory.' : 'The program is not analyzed.'}</p>
      )}
    </section>
  );
}

function GoTraffic({ kind, name }: { kind: GoKind; name: string }) {
  const { data } = useQuery(goTrafficQuery(kind, name));
  if (!data) return null;
  return (
    <section aria-labelledby="traffic">
      <h2 id="traffic">Traffic</h2>
      {data.total.calls > 0 && <TrafficCharts traffic={data} marks={marksOf(data.marks)} />}
      <TrafficByVersion traffic={data} />
    </section>
  );
}

function GoLog({ kind, name }: { kind: GoKind; name: string }) {
  const { data } = useQuery(goLogsQuery(kind, name));
  return (
    <section aria-labelledby="log">
      <h2 id="log">Log of the instance</h2>
      {data && data.lines.length > 0 ? (
        <pre className="code log">
          <ByPlace items={data.lines}>{(line) => <LogLine {...line} />}</ByPlace>
        </pre>
      ) : (
        <p className="quiet">{data ? 'The instance has printed nothing.' : 'Reading the log…'}</p>
      )}
    </section>
  );
}
