// One version: whether it is live, its scan findings, permissions, source and packages.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Suspense } from 'react';
import { grantCommand, listPermissions } from '../../../contract/plugin/permission-text.ts';
import { statusWords, versionWord } from '../../../contract/state-words.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { lazyPart } from '../../connection/load-code.ts';
import type { Schemas } from '../../data/api.ts';
import { counted } from '../../data/counted.ts';
import { pluginOverviewQuery } from '../../data/plugin-calls.ts';
import {
  environmentQuery,
  scanQuery,
  sourceQuery,
  statusQuery,
  versionQuery,
  versionsQuery,
} from '../../data/queries.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { ReleaseNote } from '../../parts/plugins/release-field.tsx';
import { WithdrawalReasons, WithdrawalStatus } from '../../parts/plugins/withdrawals.tsx';
import { Verdict, VersionStatus } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { isDeployable, VersionStage } from '../../parts/version/version-stage.tsx';
import { visible } from '../../parts/visible-text.ts';
import { AdvisoryWarning } from '../advisories/advisory-warning.tsx';
import { MainAction, VersionActions, VersionEnds } from './version-actions.tsx';
import { VersionProvenance } from './version-provenance.tsx';
import { VersionRequirements } from './version-requirements.tsx';

const Relock = lazyPart(() => import('../advisories/relock.tsx'));
const Findings = lazyPart(() => import('./finding.tsx').then((code) => ({ default: code.Findings })));

export function VersionPage() {
  const { namespace, name, version } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/versions/$version' });
  const id = formatPluginId(name, version);
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
              Source
            </Link>
            <VersionActions {...params} isDeployed={status.deployed} isQuarantined={plugin.quarantined !== null} />
            <MainAction {...params} status={status} plugin={plugin} />
          </>
        }
      >
        <StateOfVersion {...params} status={status} stage={plugin.stage} />
        <WithdrawalStatus {...plugin} />
        {scan.verdict !== 'pass' && <Verdict verdict={scan.verdict} />}
        <span className="quiet">
          published <PublishedBy {...params} />
          <Time at={plugin.created_at} /> · policy {scan.policy_version}, level {scan.level}
        </span>
      </PageHead>
      {status.error !== null && <p className="problem">{visible(status.error)}</p>}
      {plugin.description !== null && <p className="quiet">{visible(plugin.description)}</p>}
      <WithdrawalReasons {...plugin} />
      <VersionStage plugin={plugin} />
      <AdvisoryWarning name={name} counts={plugin.advisories}>
        <Suspense>{isRelockable(plugin, namespace) && <Relock {...params} />}</Suspense>
      </AdvisoryWarning>
      {isDeployable(plugin) && !status.deployed && <ReleaseNote namespace={namespace} plugin={plugin} />}
      <p>{scanOutcome(scan)}</p>
      <ScanFindings namespace={namespace} name={name} version={version} findings={scan.findings} />
      <div className="pair">
        <VersionPermissions plugin={plugin} />
        <VersionProvenance namespace={namespace} plugin={plugin} />
      </div>
      <VersionRequirements namespace={namespace} plugin={plugin} />
      <VersionPackages namespace={namespace} id={id} />
      <Schema title="Input" schema={plugin.manifest?.input_schema ?? null} />
      <Schema title="Output" schema={plugin.manifest?.output_schema ?? null} />
      <VersionEnds {...params} isDeployed={status.deployed} isShared={plugin.namespace_id === null} plugin={plugin} />
      <Commands {...params} isDeployable={isDeployable(plugin)} />
    </>
  );
}

/** Returns whether the version is the namespace's own and has packages to relock. A quarantined version isn't published again. */
function isRelockable({ manifest, namespace_id, quarantined }: Schemas['PluginDocument'], namespace: string): boolean {
  return namespace_id === namespace && quarantined === null && Boolean(manifest?.dependencies.length);
}

function Commands({ isDeployable, name, namespace, version }: OfVersion & { isDeployable: boolean }) {
  const path = `/v1/namespaces/${namespace}/plugins/${formatPluginId(name, version)}`;
  return (
    <>
      <AsCommand cli={`slipway show ${name}@${version}`} path={path} />
      {isDeployable && (
        <AsCommand
          of="Deploy as a command"
          cli={`slipway deploy ${name}@${version}`}
          path={`${path}/deploy`}
          method="POST"
        />
      )}
      <AsCommand of="Download as a command" cli={`slipway pull ${name}@${version}`} path={`${path}/download`} />
    </>
  );
}

/** Shows the state in the same words as the plugin's page. */
function StateOfVersion({ namespace, name, version, status, stage }: StateProps) {
  const { data } = useQuery(versionsQuery(namespace, name));
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, name));
  const servesName = data === undefined || data.serving_version === version;
  const word = versionWord(
    { deployed: status.deployed, servesName, version, plugin: overview, stage },
    statusWords[status.status],
  );
  return <VersionStatus word={word} />;
}

function PublishedBy({ namespace, name, version }: OfVersion) {
  const { data } = useQuery(versionsQuery(namespace, name));
  const publisher = data?.results.find((one) => one.version === version)?.created_by;
  return (
    publisher && (
      <>
        by <Actor actor={publisher} /> ·{' '}
      </>
    )
  );
}

interface StateProps extends OfVersion {
  status: Pick<Schemas['PluginStatus'], 'deployed' | 'status'>;
  stage: Schemas['PluginDocument']['stage'];
}

interface OfVersion {
  namespace: string;
  name: string;
  version: string;
}

interface ScanProps extends OfVersion {
  findings: Schemas['Finding'][];
}

/** Loads the source and the code that shows findings only if there are some. */
function ScanFindings({ findings, ...of }: ScanProps) {
  const { data } = useQuery({
    ...sourceQuery(of.namespace, formatPluginId(of.name, of.version)),
    enabled: findings.length > 0,
  });
  const files = (data?.files ?? []).filter(({ encoding }) => encoding === 'utf-8');
  const sources = new Map(files.flatMap(({ path, content }) => (content === null ? [] : [[path, content] as const])));
  if (findings.length === 0) return null;
  return (
    <Suspense>
      <Findings findings={findings} plugin={of.name} of={of} sources={sources} />
    </Suspense>
  );
}

/** Returns the scan's decision and what it means for a deployment. */
function scanOutcome({ findings, verdict }: Schemas['PluginScan']): string {
  if (findings.length === 0) return 'The scan found nothing.';
  const blocking = findings.filter(({ severity, waived }) => severity === 'error' && !waived).length;
  const others = findings.length - blocking;
  if (verdict !== 'reject') return `${counted(findings.length, 'finding')}, none of which blocks this version.`;
  const rest = others === 0 ? '' : ` ${counted(others, 'finding')} ${others === 1 ? 'does' : 'do'} not.`;
  return `${counted(blocking, 'finding')} ${blocking === 1 ? 'blocks' : 'block'} this version: it cannot be deployed.${rest}`;
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

const packageColumns: Column<{ name: string; version: string; marker: string | null }>[] = [
  { id: 'package', title: 'Package', cell: ({ name }) => visible(name) },
  {
    id: 'version',
    title: 'Version',
    cell: ({ version, marker }) => <code>{visible(marker === null ? version : `${version} (${marker})`)}</code>,
  },
];

/** Shows the version's locked packages. */
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

type Permissions = Schemas['PluginPermissions'];

/**
 * Shows which permissions a version asks for beyond the default, which of them are granted, and the command that grants the missing
 * ones.
 */
function VersionPermissions({ plugin }: { plugin: Schemas['PluginDocument'] }) {
  const { requested, granted, missing } = plugin.permissions;
  const granting = { kind: 'extractor', name: plugin.name, isShared: plugin.namespace_id === null };
  return (
    <section aria-labelledby="permissions">
      <h2 id="permissions">Permissions</h2>
      <div className="panel">
        {requested || granted ? (
          <dl className="facts">
            <Fact name="Asked for">{permissionsText(requested)}</Fact>
            <Fact name="Granted to all versions">{permissionsText(granted)}</Fact>
            {missing && <Fact name="Missing">{permissionsText(missing)}</Fact>}
          </dl>
        ) : (
          <p>It asks for nothing: it has no network, no secrets, and the default limits.</p>
        )}
        {missing && (
          <p>
            An organization administrator grants the missing permissions with{' '}
            <Copyable text={grantCommand(granting, missing)} />
          </p>
        )}
      </div>
    </section>
  );
}

function permissionsText(permissions: Permissions[keyof Permissions]): string {
  return visible(listPermissions(permissions ?? {}).join(', ')) || 'none';
}
