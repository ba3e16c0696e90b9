// A plugin by name: which version serves and which is active, and the history of its versions.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Schemas } from '../data/api.ts';
import { versionsQuery } from '../data/queries.ts';
import { AsCommand } from '../parts/copyable.tsx';
import { Status, type Tone, Verdict } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { useTitle } from '../parts/title.ts';
import { RollbackDialog } from './rollback-dialog.tsx';

type Version = Schemas['PluginVersion'];
type Versions = Schemas['PluginVersions'];

export function PluginPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name' });
  const { data } = useSuspenseQuery(versionsQuery(namespace, name));
  useTitle(name);
  return (
    <>
      <h1>{name}</h1>
      <Serving plugin={data} />
      <RollbackDialog namespace={namespace} plugin={data} />
      <h2>Versions</h2>
      <ol className="timeline" aria-label="Versions, newest first">
        {data.versions.map((version) => (
          <TimelineEntry key={version.plugin_id} namespace={namespace} plugin={data} version={version} />
        ))}
      </ol>
      {data.pagination.next_cursor !== null && (
        <p>
          Older versions: <code>slipway log {name}</code> lists all {data.total}.
        </p>
      )}
      <p>
        <Link to="/n/$namespace/deployments" params={{ namespace }} search={{ name }}>
          Deployments of {name}
        </Link>
      </p>
      <AsCommand cli={`slipway log ${name}`} path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/versions`} />
    </>
  );
}

/** Serving and active are two things: a version is active when it was chosen, and serves when it answers calls to the name. */
function Serving({ plugin: { active_version, serving_version, previous_version } }: { plugin: Versions }) {
  return (
    <dl className="facts">
      <div>
        <dt>Serving</dt>
        <dd>
          {serving_version === null ? (
            <Status tone="warning">nothing answers calls to the name</Status>
          ) : (
            <Status tone="good">{serving_version}</Status>
          )}
        </dd>
      </div>
      <div>
        <dt>Active</dt>
        <dd>
          {active_version}
          {serving_version !== null && serving_version !== active_version && ' (chosen, but does not serve)'}
        </dd>
      </div>
      <div>
        <dt>Served before</dt>
        <dd>{previous_version ?? 'nothing'}</dd>
      </div>
    </dl>
  );
}

interface EntryProps {
  namespace: string;
  plugin: Versions;
  version: Version;
}

function TimelineEntry({ namespace, plugin, version }: EntryProps) {
  const { name } = plugin;
  const before = plugin.versions[plugin.versions.indexOf(version) + 1];
  const [tone, state] = stateOf(version, plugin);
  return (
    <li>
      <h3>
        <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace, name, version: version.version }}>
          {version.version}
        </Link>{' '}
        <Status tone={tone}>{state}</Status>
      </h3>
      <p>
        published <Time at={version.created_at} /> by <code>{version.created_by.id}</code> ·{' '}
        <Verdict verdict={version.scan_verdict} />
      </p>
      {version.message !== null && <p className="message">{version.message}</p>}
      {version.deployed_at !== null && (
        <p>
          live since <Time at={version.deployed_at} />
          {version.deployed_by !== null && (
            <>
              {' '}
              by <code>{version.deployed_by.id}</code>
            </>
          )}
        </p>
      )}
      {version.error !== null && <p className="problem">{version.error}</p>}
      <p className="links">
        <Link
          to="/n/$namespace/plugins/$name/versions/$version/source"
          params={{ namespace, name, version: version.version }}
          search={{}}
        >
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
      </p>
    </li>
  );
}

function stateOf(version: Version, { serving_version, rollback_targets }: Versions): [Tone, string] {
  if (version.version === serving_version) return ['good', 'serves calls to the name'];
  if (version.status === 'FAILED') return ['bad', 'failed, never served'];
  if (version.status === 'DEPLOYED') return ['quiet', 'live, not the target of the name'];
  if (version.status !== 'NOT_DEPLOYED') return ['busy', 'deploying'];
  return rollback_targets.includes(version.version) ? ['quiet', 'served before'] : ['quiet', 'never served'];
}
