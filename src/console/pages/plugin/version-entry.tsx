// One version on the timeline: its state, its author, its history, and the available actions.
import { Link, useRouteContext } from '@tanstack/react-router';
import { statusWords, versionWord } from '../../../contract/state-words.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { isEarlier } from '../../data/plugin-history.ts';
import { Actor } from '../../parts/actor.tsx';
import { WithdrawalReasons, WithdrawalStatus } from '../../parts/plugins/withdrawals.tsx';
import { DeploymentStatus, Verdict, VersionStatus } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { StagedLinks } from '../../parts/version/staged-links.tsx';
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
  overview: Schemas['PluginOverview'] | undefined;
}

interface LineProps {
  namespace: string;
  deployment: Deployment;
  overview: Props['overview'];
}

export function VersionEntry({ namespace, plugin, version, deployments, overview }: Props) {
  const { name } = plugin;
  const word = versionWord(
    { ...version, servesName: version.serves_name, plugin: overview },
    statusWords[version.status],
  );
  const params = { namespace, name, version: version.version };
  return (
    <li className={word === 'live' || word === 'failing' ? word : undefined}>
      <div className="timeline-line">
        <h3>
          <Link to="/n/$namespace/plugins/$name/versions/$version" className="mono" params={params}>
            {version.version}
          </Link>
        </h3>
        <VersionStatus word={word} />
        <WithdrawalStatus {...version} />
        {!version.deployed && <span className="quiet">{historyOf(version, plugin)}</span>}
        {version.scan_verdict !== 'pass' && <Verdict verdict={version.scan_verdict} />}
        {version.message !== null && <span className="quiet">{visible(version.message)}</span>}
        <VersionLinks namespace={namespace} plugin={plugin} version={version} />
      </div>
      <p>
        <Actor actor={version.created_by} /> · <Time at={version.created_at} />
      </p>
      <WithdrawalReasons {...version} />
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
            overview={overview}
          />
        ))}
      </ul>
    </li>
  );
}

function DeploymentLine({ namespace, deployment, overview }: LineProps) {
  const { created_at, created_by, deployment_id, promoted_at } = deployment;
  return (
    <li>
      <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment: deployment_id }}>
        deployment {deployment.generation}
      </Link>{' '}
      <DeploymentStatus deployment={deployment} plugin={overview} /> <Time at={created_at} /> by{' '}
      <Actor actor={created_by} />
      {promoted_at !== null && ` in ${formatDuration(Date.parse(promoted_at) - Date.parse(created_at))}`}
    </li>
  );
}

function VersionLinks({ namespace, plugin, version }: Omit<Props, 'deployments' | 'overview'>) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { name, results } = plugin;
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
      {version.stage === 'staged' && (
        <StagedLinks id={version.plugin_id} namespace={namespace} className="button small" />
      )}
      {mayDeploy && isEarlier(version.version, plugin) && (
        <RollbackDialog namespace={namespace} plugin={plugin} target={version.version} label="Roll back to this" />
      )}
    </span>
  );
}

/** Says whether a version that isn't deployed now was ever live. */
function historyOf({ last_deployed_at, version }: Version, plugin: Versions): string {
  return last_deployed_at === null && !isEarlier(version, plugin) ? 'Never live' : 'Was live';
}
