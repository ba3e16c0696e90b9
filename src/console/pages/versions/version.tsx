// One version: its manifest, its packages, its permissions, its scan, and whether it is live.
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { pluginIdOf } from '../../../core/plugin-id.ts';
import { api, type Schemas } from '../../data/api.ts';
import { environmentQuery, scanQuery, statusQuery, versionQuery } from '../../data/queries.ts';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Fact } from '../../parts/fact.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { Status, type Tone, Verdict } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { visible } from '../../parts/visible-text.ts';
import { FindingRow } from './finding.tsx';
import { VersionPermissions } from './version-permissions.tsx';

const toneOfStatus: Record<string, Tone> = { DEPLOYED: 'good', FAILED: 'bad', NOT_DEPLOYED: 'quiet' };

export function VersionPage() {
  const { namespace, name, version } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/versions/$version' });
  const id = pluginIdOf(name, version);
  const { plugin } = useSuspenseQuery(versionQuery(namespace, id)).data;
  const { data: status } = useSuspenseQuery(statusQuery(namespace, id));
  const { data: scan } = useSuspenseQuery(scanQuery(namespace, id));
  useTitle(`${name} ${version}`);
  return (
    <>
      <h1>
        <Link to="/n/$namespace/plugins/$name" params={{ namespace, name }}>
          {name}
        </Link>{' '}
        {version}
      </h1>
      <p>
        <Status tone={toneOfStatus[status.status] ?? 'busy'}>{status.status.toLowerCase().replaceAll('_', ' ')}</Status>
        {status.error !== null && <span className="problem">: {status.error}</span>}
      </p>
      <DeployButton namespace={namespace} id={id} isLive={status.deployed} />
      <VersionFacts plugin={plugin} />
      <Schema title="Input" schema={plugin.manifest?.input_schema ?? null} />
      <Schema title="Output" schema={plugin.manifest?.output_schema ?? null} />
      <VersionPackages namespace={namespace} id={id} />
      <VersionPermissions plugin={plugin} />
      <h2>Scan</h2>
      <p>
        <Verdict verdict={scan.verdict} />{' '}
        <Link
          to="/n/$namespace/plugins/$name/versions/$version/source"
          params={{ namespace, name, version }}
          search={{}}
        >
          Source and findings
        </Link>
      </p>
      <ul className="findings">
        {scan.findings.map((finding) => (
          <FindingRow key={`${finding.file}:${finding.line}:${finding.column}:${finding.rule}`} finding={finding} />
        ))}
      </ul>
      <AsCommand cli={`slipway show ${name}@${version}`} path={`/v1/namespaces/${namespace}/plugins/${id}`} />
    </>
  );
}

function VersionFacts({ plugin }: { plugin: Schemas['PluginDocument'] }) {
  return (
    <dl className="facts">
      <Fact name="Description">{plugin.description ?? 'none'}</Fact>
      <Fact name="Message">{plugin.message ?? 'none'}</Fact>
      <Fact name="Dependencies">{plugin.manifest?.dependencies.join(', ') || 'none'}</Fact>
      <Fact name="Kinds of inputs">{plugin.manifest?.supported_input_types?.join(', ') || 'not declared'}</Fact>
      <Fact name="ID">
        <Copyable text={plugin.plugin_id} />
      </Fact>
      <Fact name="SHA-256 of the archive">
        <Copyable text={plugin.code_hash} />
      </Fact>
      <Fact name="Published">
        <Time at={plugin.created_at} />
      </Fact>
    </dl>
  );
}

function Schema({ title, schema }: { title: string; schema: object | null }) {
  if (schema === null) return null;
  return (
    <details>
      <summary>{title} schema</summary>
      <pre className="code">{JSON.stringify(schema, null, 2)}</pre>
    </details>
  );
}

function DeployButton({ namespace, id, isLive }: { namespace: string; id: string; isLive: boolean }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const deploy = useMutation({
    mutationFn: () =>
      api.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', {
        path: { namespace_id: namespace, plugin_id: id },
      }),
    onSuccess: async ({ deployment_id }) => {
      await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
      await navigate({ to: '/n/$namespace/deployments/$deployment', params: { namespace, deployment: deployment_id } });
    },
  });
  return (
    <>
      <button type="button" disabled={deploy.isPending} onClick={() => deploy.mutate()}>
        {isLive ? 'Deploy again' : 'Deploy'}
      </button>
      {deploy.error && <PageError error={deploy.error} />}
    </>
  );
}

/** The packages that a version is locked to. */
function VersionPackages({ namespace, id }: { namespace: string; id: string }) {
  const { dependencies, lock } = useSuspenseQuery(environmentQuery(namespace, id)).data;
  if (dependencies.length === 0) return null;
  if (lock === null) return <p className="quiet">The first realtime deployment locks the packages.</p>;
  return (
    <details>
      <summary>Installed packages</summary>
      <DataTable caption="Installed packages" columns={['Package', 'Version']}>
        {lock.packages.map(({ name, version, marker }) => (
          <tr key={`${name} ${version} ${marker}`}>
            <td>{visible(name)}</td>
            <td>{visible(marker === null ? version : `${version} (${marker})`)}</td>
          </tr>
        ))}
      </DataTable>
    </details>
  );
}
