// The versions of a plugin with what happened to each: published, scanned, deployed, rolled back to; and uploads that became none.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { recentDeploymentsQuery, unpublishedUploads, uploadEventsQuery } from '../../data/plugin-history.ts';
import { Actor } from '../../parts/actor.tsx';
import { DeploymentStatus, Status, type Tone, Verdict } from '../../parts/status.tsx';
import { duration, Time } from '../../parts/time.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

type Version = Schemas['PluginVersion'];
type Versions = Schemas['PluginVersions'];
type Deployment = Schemas['DeploymentEntry'];

interface Props {
  namespace: string;
  plugin: Versions;
}

export function PluginTimeline({ namespace, plugin }: Props) {
  const { name } = plugin;
  const { data: deployments } = useQuery(recentDeploymentsQuery(namespace, name));
  const { key } = useRouteContext({ from: '/signed-in' });
  const seesUploads = key.scopes.includes('audit:read');
  const uploads = useQuery({ ...uploadEventsQuery(namespace), enabled: seesUploads });
  const unpublished = unpublishedUploads(uploads.data?.results ?? [], name);
  const entries = [
    ...plugin.results.map((version) => ({ at: version.created_at, version, upload: undefined })),
    ...unpublished.map((upload) => ({ at: upload.timestamp, version: undefined, upload })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <>
      <h2>Versions</h2>
      <ol className="timeline" aria-label="Versions and rejected uploads, newest first">
        {entries.map(({ at, upload, version }) =>
          version ? (
            <VersionEntry
              key={version.plugin_id}
              namespace={namespace}
              plugin={plugin}
              version={version}
              deployments={(deployments?.results ?? []).filter((one) => one.version === version.version)}
            />
          ) : (
            <UploadEntry key={at + upload.id} namespace={namespace} upload={upload} />
          ),
        )}
      </ol>
      {!seesUploads && (
        <p className="quiet">Rejected and expired uploads are shown to keys with the scope audit:read.</p>
      )}
    </>
  );
}

function UploadEntry({ namespace, upload }: { namespace: string; upload: Schemas['Event'] }) {
  const isRejected = upload.type === 'upload.rejected';
  return (
    <li data-row tabIndex={-1}>
      <h3>
        <Status tone={isRejected ? 'bad' : 'quiet'}>{isRejected ? 'upload rejected' : 'upload expired'}</Status>{' '}
        <Link to="/n/$namespace/uploads/$upload" params={{ namespace, upload: upload.subject_id }}>
          {isRejected ? 'Why it was rejected' : 'The upload'}
        </Link>
      </h3>
      <p>
        <Time at={upload.timestamp} /> by <Actor actor={upload.actor} />
        {isRejected && ` · errors: ${Number(upload.data.errors)}`}
        {!isRejected && ' · it was not confirmed in time'} ·{' '}
        <Link to="/events" search={{ subject: upload.subject_id }}>
          its events
        </Link>
      </p>
    </li>
  );
}

interface VersionProps extends Props {
  version: Version;
  deployments: Deployment[];
}

function VersionEntry({ namespace, plugin, version, deployments }: VersionProps) {
  const { name } = plugin;
  const [tone, state] = stateOf(version, plugin);
  return (
    <li data-row tabIndex={-1}>
      <h3>
        <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace, name, version: version.version }}>
          {version.version}
        </Link>{' '}
        <Status tone={tone}>{state}</Status>
        {version.active && ' · active'}
      </h3>
      <p>
        published <Time at={version.created_at} /> by <Actor actor={version.created_by} /> ·{' '}
        <Verdict verdict={version.scan_verdict} />
      </p>
      {version.message !== null && <p className="message">{version.message}</p>}
      <ul className="happened">
        {plugin.rollbacks
          .filter(({ to }) => to === version.version)
          .map(({ at, by, from, message }) => (
            <li key={at}>
              rolled back {from === null ? '' : `from ${from} `}to {version.version} <Time at={at} /> by{' '}
              <Actor actor={by} />
              {message !== null && `: ${message}`}
            </li>
          ))}
        {deployments.map((deployment) => (
          <DeploymentLine key={deployment.deployment_id} namespace={namespace} deployment={deployment} />
        ))}
      </ul>
      {version.error !== null && <p className="problem">{version.error}</p>}
      <VersionLinks namespace={namespace} plugin={plugin} version={version} />
    </li>
  );
}

function DeploymentLine({ namespace, deployment }: { namespace: string; deployment: Deployment }) {
  const { created_at, created_by, deployment_id, promoted_at, status } = deployment;
  return (
    <li>
      <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment: deployment_id }}>
        deployment {deployment.generation}
      </Link>{' '}
      <DeploymentStatus state={status} /> <Time at={created_at} /> by <Actor actor={created_by} />
      {promoted_at !== null && ` in ${duration(Date.parse(promoted_at) - Date.parse(created_at))}`}
    </li>
  );
}

function VersionLinks({ namespace, plugin, version }: Props & { version: Version }) {
  const { name } = plugin;
  const before = plugin.results[plugin.results.indexOf(version) + 1];
  const params = { namespace, name, version: version.version };
  return (
    <div className="links">
      <Link to="/n/$namespace/plugins/$name/versions/$version/source" params={params} search={{}}>
        Source and findings
      </Link>
      {before && (
        <Link
          to="/n/$namespace/plugins/$name/diff"
          params={{ namespace, name }}
          search={{ from: before.version, to: version.version }}
        >
          Changes since {before.version}
        </Link>
      )}
      {plugin.rollback_targets.includes(version.version) && (
        <RollbackDialog namespace={namespace} plugin={plugin} target={version.version} />
      )}
    </div>
  );
}

function stateOf(version: Version, { serving_version, rollback_targets }: Versions): [Tone, string] {
  if (version.version === serving_version) return ['good', 'serves calls to the name'];
  if (version.status === 'FAILED')
    return ['bad', version.last_deployed_at === null ? 'failed, never served' : 'failed'];
  if (version.status === 'DEPLOYED') return ['quiet', 'live, not the target of the name'];
  if (version.status !== 'NOT_DEPLOYED') return ['busy', 'deploying'];
  return rollback_targets.includes(version.version) ? ['quiet', 'served before'] : ['quiet', 'never served'];
}
