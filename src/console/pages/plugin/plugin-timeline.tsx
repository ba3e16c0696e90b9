// A plugin's versions with what happened to each (published, deployed, rolled back to), and uploads that never became versions.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { counted } from '../../data/counted.ts';
import { pluginOverviewQuery } from '../../data/plugin-calls.ts';
import { recentDeploymentsQuery, unpublishedUploads, uploadEventsQuery } from '../../data/plugin-history.ts';
import { uploadQuery } from '../../data/queries.ts';
import { Actor } from '../../parts/actor.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { VersionEntry } from './version-entry.tsx';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
  /** Limits a short list to this many entries, without older ones. */
  shownMax?: number;
}

export function PluginTimeline({ namespace, plugin, shownMax }: Props) {
  const { name } = plugin;
  const { data: deployments } = useQuery(recentDeploymentsQuery(namespace, name));
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, name));
  const { key } = useRouteContext({ from: '/signed-in' });
  const seesUploads = key.scopes.includes('audit:read');
  const uploads = useQuery({ ...uploadEventsQuery(namespace), enabled: seesUploads });
  const unpublished = unpublishedUploads(uploads.data?.results ?? [], name);
  const inFull = shownMax === undefined ? (deployments?.results ?? []) : [];
  const entries = [
    ...plugin.results.map((version) => ({ at: version.created_at, version, upload: undefined })),
    ...unpublished.map((upload) => ({ at: upload.timestamp, version: undefined, upload })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <>
      <ol className="timeline" aria-label="Versions and rejected uploads, newest first">
        {entries
          .slice(0, shownMax)
          .map(({ at, upload, version }) =>
            version ? (
              <VersionEntry
                key={version.plugin_id}
                namespace={namespace}
                plugin={plugin}
                version={version}
                deployments={inFull.filter((one) => one.version === version.version)}
                overview={overview}
              />
            ) : (
              <UploadEntry key={at + upload.id} namespace={namespace} upload={upload} />
            ),
          )}
      </ol>
      {!seesUploads && <p className="quiet">Only keys with the scope audit:read see rejected and expired uploads.</p>}
    </>
  );
}

function UploadEntry({ namespace, upload }: { namespace: string; upload: Schemas['Event'] }) {
  const isRejected = upload.type === 'upload.rejected';
  const errors = Number(upload.data.errors);
  // The event has neither the number nor the findings.
  const { data } = useQuery(uploadQuery(namespace, upload.subject_id));
  const [first] = data?.findings ?? [];
  return (
    <li className={isRejected ? 'rejected' : undefined}>
      <div className="timeline-line">
        <h3>
          <Link to="/n/$namespace/uploads/$upload" className="mono" params={{ namespace, upload: upload.subject_id }}>
            {data?.version ?? 'Upload'}
          </Link>
        </h3>
        <Status tone={isRejected ? 'bad' : 'quiet'}>{isRejected ? 'Rejected' : 'Expired'}</Status>
        {first && (
          <span className="quiet">
            {first.rule} {visible(first.name)}, {visible(first.file)}:{first.line}
          </span>
        )}
        <span className="links">
          <Link
            to="/n/$namespace/uploads/$upload"
            className="button small"
            params={{ namespace, upload: upload.subject_id }}
          >
            {isRejected ? 'Findings' : 'Upload'}
          </Link>
        </span>
      </div>
      <p>
        <Actor actor={upload.actor} /> · <Time at={upload.timestamp} />
        {isRejected && ` · ${counted(errors, 'error')}`}
        {!isRejected && ' · not confirmed in time'}
      </p>
    </li>
  );
}
