// One version on the line of time: its state, who made it, what was done with it, and what one may do.
import { Link, useRouteContext } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { Actor } from '../../parts/actor.tsx';
import { DeploymentStatus, Status, type Tone, Verdict } from '../../parts/status.tsx';
import { duration, Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { RollbackDialog } from './rollback-dialog.tsx';

type Version = Schemas['PluginVersion'];
type Versions = Schemas['PluginVersions'];
type Deployment = Schemas['DeploymentEntry'];

interface Props {
  namespace: string;
  plugin: Versions;
  version: Version;
  deployments: Deployment[];
}

interface LineProps {
  namespace: string;
  deployment: Deployment;
  isStandby: boolean;
}

export function VersionEntry({ namespace, plugin, version, deployments }: Props) {
  const { name } = plugin;
  const [tone, state] = stateOf(version, plugin);
  const params = { namespace, name, version: version.version };
  return (
    <li className={tone === 'good' ? 'live' : undefined}>
      <div className="timeline-line">
        <h3>
          <Link to="/n/$namespace/plugins/$name/versions/$version" className="mono" params={params}>
            {version.version}
          </Link>
        </h3>
        <Status tone={tone}>{state}</Status>
        {version.scan_verdict !== 'pass' && <Verdict verdict={version.scan_verdict} />}
        {version.message !== null && <span className="quiet">{visible(version.message)}</span>}
        <VersionLinks namespace={namespace} plugin={plugin} version={version} />
      </div>
      <p>
        <Actor actor={version.created_by} /> · <Time at={version.created_at} />
      </p>
      {version.error !== null && <p className="problem">{visible(version.error)}</p>}
      <ul className="happened">
        {plugin.rollbacks
          .filter(({ to }) => to === version.version)
          .map(({ at, by, from, message }) => (
            <li key={at}>
              rolled back {from === null ? '' : `from ${from} `}to {version.version} <Time at={at} /> by{' '}
              <Actor actor={by} />
              {message !== null && `: ${visible(message)}`}
            </li>
          ))}
        {deployments.map((deployment) => (
          <DeploymentLine
            key={deployment.deployment_id}
            namespace={namespace}
            deployment={deployment}
            isStandby={version.version !== plugin.serving_version}
          />
        ))}
      </ul>
    </li>
  );
}

function DeploymentLine({ namespace, deployment, isStandby }: LineProps) {
  const { created_at, created_by, deployment_id, promoted_at, serving, status } = deployment;
  return (
    <li>
      <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment: deployment_id }}>
        deployment {deployment.generation}
      </Link>{' '}
      <DeploymentStatus state={status} isServing={serving} isStandby={isStandby} /> <Time at={created_at} /> by{' '}
      <Actor actor={created_by} />
      {promoted_at !== null && ` in ${duration(Date.parse(promoted_at) - Date.parse(created_at))}`}
    </li>
  );
}

function VersionLinks({ namespace, plugin, version }: Omit<Props, 'deployments'>) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { name, rollback_targets, results } = plugin;
  const before = results[results.indexOf(version) + 1];
  const mayDeploy = key.scopes.includes('plugins:deploy');
  return (
    <span className="links">
      {before && (
        <Link
          to="/n/$namespace/plugins/$name/diff"
          className="button small"
          params={{ namespace, name }}
          search={{ from: before.version, to: version.version }}
        >
          Compare {before.version}
        </Link>
      )}
      {mayDeploy && rollback_targets.includes(version.version) && (
        <RollbackDialog namespace={namespace} plugin={plugin} target={version.version} label="Roll back to this" />
      )}
    </span>
  );
}

function stateOf(version: Version, { serving_version, rollback_targets }: Versions): [Tone, string] {
  if (version.version === serving_version) return ['good', 'Live'];
  if (version.status === 'FAILED')
    return ['bad', version.last_deployed_at === null ? 'Failed, never served' : 'Failed'];
  if (version.status === 'DEPLOYED') return ['quiet', 'Standby'];
  if (version.status !== 'NOT_DEPLOYED') return ['busy', 'Deploying'];
  return rollback_targets.includes(version.version) ? ['quiet', 'Served before'] : ['quiet', 'Never served'];
}
