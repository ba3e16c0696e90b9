// A version of an organization's plugin: its details, scan findings, files and packages, and where it is deployed.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams, useRouteContext } from '@tanstack/react-router';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import { formatBytes } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import {
  organizationDeploymentsQuery,
  organizationEnvironmentQuery,
  organizationScanQuery,
  organizationSourceQuery,
  organizationVersionQuery,
} from '../../data/organization-plugins.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { WithdrawalReasons } from '../../parts/plugins/withdrawals.tsx';
import { DeploymentStatus, Verdict } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { StagedLinks } from '../../parts/version/staged-links.tsx';
import { VersionStage } from '../../parts/version/version-stage.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Findings } from '../versions/finding.tsx';
import { DeleteOrganizationVersion, DownloadOrganizationVersion } from './version-actions.tsx';

const route = '/signed-in/n/$namespace/organization-plugins/$plugin';

export function OrganizationVersionPage() {
  const { namespace, plugin: id } = useParams({ from: route });
  const { plugin } = useSuspenseQuery(organizationVersionQuery(id)).data;
  const { key } = useRouteContext({ from: '/signed-in' });
  const { name, version } = plugin;
  return (
    <>
      <PageHead
        title={`${name} ${version}`}
        actions={
          <>
            {plugin.stage === 'staged' && <StagedLinks id={id} className="button primary" />}
            <DownloadOrganizationVersion plugin={plugin} />
            {key.scopes.includes('plugins:write') && (
              <DeleteOrganizationVersion namespace={namespace} plugin={plugin} />
            )}
          </>
        }
      >
        <span className="kind">of the organization</span>
        <span className="quiet">
          published <Time at={plugin.created_at} />
        </span>
      </PageHead>
      <WithdrawalReasons {...plugin} />
      <VersionStage plugin={plugin} />
      <dl className="facts">
        <Fact name="Description">{visible(plugin.description ?? 'none')}</Fact>
        {plugin.message !== null && <Fact name="Message">{visible(plugin.message)}</Fact>}
        <Fact name="Asks for">
          {visible(listPermissions(plugin.permissions.requested ?? {}).join(', ')) || 'nothing'}
        </Fact>
        <Fact name="SHA-256 of the archive">
          <Copyable text={plugin.code_hash} />
        </Fact>
        {plugin.files_sha256 !== null && (
          <Fact name="SHA-256 of the files">
            <Copyable text={plugin.files_sha256} />
          </Fact>
        )}
      </dl>
      <Scan id={id} />
      <Packages id={id} />
      <Files id={id} />
      <Deployments id={id} />
      <AsCommand cli={`slipway list --source community --search ${name}`} path={`/v1/plugins/${id}`} />
    </>
  );
}

function Scan({ id }: { id: string }) {
  const { data: scan } = useSuspenseQuery(organizationScanQuery(id));
  const { files } = useSuspenseQuery(organizationSourceQuery(id)).data;
  const texts = files.flatMap(({ content, encoding, path }) =>
    encoding === 'utf-8' && content !== null ? [[path, content] as const] : [],
  );
  return (
    <section aria-labelledby="scan">
      <h2 id="scan">Scan</h2>
      <p>
        <Verdict verdict={scan.verdict} /> by policy {scan.policy_version}, level {scan.level}
        {scan.findings.length === 0 && ': no findings'}
      </p>
      <Findings findings={scan.findings} sources={new Map(texts)} />
    </section>
  );
}

function Packages({ id }: { id: string }) {
  const { dependencies, lock } = useSuspenseQuery(organizationEnvironmentQuery(id)).data;
  if (dependencies.length === 0) return null;
  return (
    <section aria-labelledby="packages">
      <h2 id="packages">Packages</h2>
      <p>Asks for {visible(dependencies.join(', '))}.</p>
      <p className="quiet">
        {lock === null
          ? 'The first realtime deployment locks the packages.'
          : visible(lock.packages.map(({ name, version }) => `${name} ${version}`).join(', '))}
      </p>
    </section>
  );
}

function Files({ id }: { id: string }) {
  const { files } = useSuspenseQuery(organizationSourceQuery(id)).data;
  return (
    <section aria-labelledby="files">
      <h2 id="files">Files</h2>
      {files.map((file) => (
        <SourceFile key={file.path} file={file} />
      ))}
    </section>
  );
}

function SourceFile({ file }: { file: Schemas['PluginSource']['files'][number] }) {
  const { content, encoding, path, size_bytes } = file;
  return (
    <details className="file">
      <summary data-stop>
        {visible(path)} <span className="quiet">{formatBytes(size_bytes)}</span>
      </summary>
      {encoding === 'utf-8' && content !== null ? (
        <pre className="code">{visible(content)}</pre>
      ) : (
        <p>It is not text, or too large to show.</p>
      )}
    </details>
  );
}

function Deployments({ id }: { id: string }) {
  const { results } = useSuspenseQuery(organizationDeploymentsQuery(id)).data;
  const { data: namespaces } = useSuspenseQuery(namespacesQuery);
  const nameOf = (id: string) =>
    namespaces.results.find(({ namespace_id }) => namespace_id === id)?.namespace_name ?? id;
  return (
    <section aria-labelledby="deployments">
      <h2 id="deployments">Deployments</h2>
      {results.length === 0 && <p>It is not deployed in any namespace yet.</p>}
      <ul className="rows">
        {results.map((deployment) => {
          const { created_at, deployment_id, namespace_id } = deployment;
          return (
            <li key={deployment_id}>
              <Link
                to="/n/$namespace/deployments/$deployment"
                params={{ namespace: namespace_id, deployment: deployment_id }}
              >
                {visible(nameOf(namespace_id))}
              </Link>{' '}
              <DeploymentStatus deployment={deployment} /> <Time at={created_at} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
