// One version: its manifest, its packages, its permissions, its scan, and whether it is live.
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { pluginIdOf } from '../../../core/plugin-id.ts';
import { api, type Schemas } from '../../data/api.ts';
import { environmentQuery, scanQuery, sourceQuery, statusQuery, versionQuery } from '../../data/queries.ts';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/fact.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { Status, type Tone, Verdict } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Findings } from './finding.tsx';
import { VersionPermissions } from './version-permissions.tsx';

export function VersionPage() {
  const { namespace, name, version } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/versions/$version' });
  const id = pluginIdOf(name, version);
  const { plugin } = useSuspenseQuery(versionQuery(namespace, id)).data;
  const { data: status } = useSuspenseQuery(statusQuery(namespace, id));
  const { data: scan } = useSuspenseQuery(scanQuery(namespace, id));
  const params = { namespace, name, version };
  return (
    <>
      <PageHead
        title={`${name} ${version}`}
        actions={
          <>
            <Link
              to="/n/$namespace/plugins/$name/versions/$version/source"
              className="button"
              params={params}
              search={{}}
            >
              Source and findings
            </Link>
            <DeployButton namespace={namespace} id={id} isLive={status.deployed} />
          </>
        }
      >
        <VersionStatus status={status.status} />
        <span className="quiet">
          published <Time at={plugin.created_at} />
        </span>
      </PageHead>
      {status.error !== null && <p className="problem">{visible(status.error)}</p>}
      <VersionFacts plugin={plugin} />
      <h2>Scan</h2>
      <p>
        <Verdict verdict={scan.verdict} /> by policy {scan.policy_version}, level {scan.level}
        {scan.findings.length === 0 && ': no findings'}
      </p>
      <ScanFindings namespace={namespace} name={name} version={version} findings={scan.findings} />
      <VersionPermissions plugin={plugin} />
      <VersionPackages namespace={namespace} id={id} />
      <Schema title="Input" schema={plugin.manifest?.input_schema ?? null} />
      <Schema title="Output" schema={plugin.manifest?.output_schema ?? null} />
      <AsCommand cli={`slipway show ${name}@${version}`} path={`/v1/namespaces/${namespace}/plugins/${id}`} />
    </>
  );
}

const states: Record<string, [Tone, string]> = {
  DEPLOYED: ['good', 'Deployed'],
  FAILED: ['bad', 'Failed'],
  NOT_DEPLOYED: ['quiet', 'Not deployed'],
};

function VersionStatus({ status }: { status: string }) {
  const [tone, word] = states[status] ?? ['busy', 'Deploying'];
  return <Status tone={tone}>{word}</Status>;
}

interface ScanProps {
  namespace: string;
  name: string;
  version: string;
  findings: Schemas['Finding'][];
}

/** The source is read only when there are findings in it. */
function ScanFindings({ findings, ...of }: ScanProps) {
  const { data } = useQuery({
    ...sourceQuery(of.namespace, pluginIdOf(of.name, of.version)),
    enabled: findings.length > 0,
  });
  const files = (data?.files ?? []).filter(({ encoding }) => encoding === 'utf-8');
  const sources = new Map(files.flatMap(({ path, content }) => (content === null ? [] : [[path, content] as const])));
  return <Findings findings={findings} of={of} sources={sources} />;
}

function VersionFacts({ plugin }: { plugin: Schemas['PluginDocument'] }) {
  return (
    <dl className="facts">
      <Fact name="Description">{visible(plugin.description ?? 'none')}</Fact>
      {plugin.message !== null && <Fact name="Message">{visible(plugin.message)}</Fact>}
      <Fact name="Dependencies">{plugin.manifest?.dependencies.join(', ') || 'none'}</Fact>
      <Fact name="Kinds of inputs">{plugin.manifest?.supported_input_types?.join(', ') || 'not declared'}</Fact>
      <Fact name="ID">
        <Copyable text={plugin.plugin_id} />
      </Fact>
      <Fact name="SHA-256 of the archive">
        <Copyable text={plugin.code_hash} />
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
      <button type="button" className="primary" disabled={deploy.isPending} onClick={() => deploy.mutate()}>
        {isLive ? 'Deploy again' : 'Deploy'}
      </button>
      {deploy.error && <PageError error={deploy.error} />}
    </>
  );
}

const packageColumns: Column<{ name: string; version: string; marker: string | null }>[] = [
  { id: 'package', title: 'Package', cell: ({ name }) => visible(name) },
  {
    id: 'version',
    title: 'Version',
    cell: ({ version, marker }) => <code>{visible(marker === null ? version : `${version} (${marker})`)}</code>,
  },
];

/** The packages that a version is locked to. */
function VersionPackages({ namespace, id }: { namespace: string; id: string }) {
  const { dependencies, lock } = useSuspenseQuery(environmentQuery(namespace, id)).data;
  if (dependencies.length === 0) return null;
  if (lock === null) return <p className="quiet">The first realtime deployment locks the packages.</p>;
  return (
    <details>
      <summary>Installed packages</summary>
      <Table
        caption="Installed packages"
        columns={packageColumns}
        rows={lock.packages}
        keyOf={({ name, version, marker }) => `${name} ${version} ${marker}`}
      />
    </details>
  );
}
