// One deployment: its steps as they happen, with logs, and the available actions.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { clusterWords } from '../../../contract/state-words.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { api } from '../../data/api.ts';
import { counted } from '../../data/counted.ts';
import { findTrigger, tookMs, triggerNames } from '../../data/deployments/deployment-trigger.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { pluginOverviewQuery } from '../../data/plugin-calls.ts';
import { deploymentQuery, hasEnded } from '../../data/queries.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { ByPlace } from '../../parts/plugins/by-place.tsx';
import { DeploymentStatus, Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { DeploymentActions, mayRetry } from './deployment-actions.tsx';
import { InstanceState } from './instance.tsx';
import { InstanceLog } from './instance-log.tsx';

type InFull = Schemas['DeploymentInFull'];
type Step = InFull['steps'][number];

interface HeadProps {
  namespace: string;
  deployment: InFull;
}

/** A Go plugin has one page for all its versions. */
function VersionLink({ namespace, deployment: { kind, name, version } }: HeadProps) {
  if (kind !== 'extractor')
    return (
      <Link to="/n/$namespace/go/$kind/$name" className="button" params={{ namespace, kind, name }}>
        {name}
      </Link>
    );
  return (
    <Link to="/n/$namespace/plugins/$name/versions/$version" className="button" params={{ namespace, name, version }}>
      {name} {visible(version)}
    </Link>
  );
}

/** Shows a live deployment's state. A deployment that just went live is not yet compared with its predecessor. */
function ServingState({ namespace, deployment }: HeadProps) {
  const query = { ...pluginOverviewQuery(namespace, deployment.name), staleTime: 0 };
  const { data, isFetchedAfterMount } = useQuery(query);
  return <DeploymentStatus deployment={deployment} plugin={isFetchedAfterMount ? data : undefined} />;
}

export function DeploymentPage() {
  const { namespace, deployment: id } = useParams({ from: '/signed-in/n/$namespace/deployments/$deployment' });
  const { data } = useSuspenseQuery(deploymentQuery(namespace, id));
  const isOver = hasEnded(data.status);
  useLiveDeployment(namespace, id, !isOver);
  const { created_at, created_by, name, version } = data;
  const took = tookMs(data);
  return (
    <>
      <PageHead
        title={`Deployment of ${name} ${visible(version)}`}
        name={`${name} ${version}: deployment`}
        actions={<VersionLink namespace={namespace} deployment={data} />}
      >
        <span aria-live="polite">
          {data.serving && data.kind === 'extractor' ? (
            <ServingState namespace={namespace} deployment={data} />
          ) : (
            <DeploymentStatus deployment={data} />
          )}
        </span>
        <span className="quiet">
          {triggerNames[findTrigger(data)]} by <Actor actor={created_by} /> · <Time at={created_at} />
          {took !== null && ` · took ${formatDuration(took)}`}
        </span>
      </PageHead>
      {data.error !== null && <Cause error={data.error} steps={data.steps} />}
      {data.next_attempt_at && (
        <p>
          Attempt {data.attempts} failed, the next one is due <Time at={data.next_attempt_at} />.
        </p>
      )}
      <DeploymentActions namespace={namespace} deployment={data} hasEnded={isOver} />
      <div className="panel">
        <ol className="steps" aria-label="Steps">
          {data.steps.map((step) => (
            <StepView key={`${step.step}-${step.attempt}`} step={step} cause={data.error} />
          ))}
        </ol>
      </div>
      <DeploymentFacts deployment={data} />
      {data.promoted_at !== null && (
        <InstanceLog namespace={namespace} deployment={id} isOver={isOver && !data.serving} />
      )}
      <p>
        <Link to="/events" search={{ subject: id }}>
          Events of this deployment
        </Link>
      </p>
      <AsCommand
        cli={`slipway deployments show ${id} --watch`}
        path={`/v1/namespaces/${namespace}/deployments/${id}`}
      />
      {!isOver && <ActionAsCommand namespace={namespace} id={id} action="cancel" />}
      {mayRetry(data) && <ActionAsCommand namespace={namespace} id={id} action="retry" />}
    </>
  );
}

const actionNames = { cancel: 'Cancel', retry: 'Deploy again' };

interface ActionProps {
  namespace: string;
  id: string;
  action: keyof typeof actionNames;
}

function ActionAsCommand({ namespace, id, action }: ActionProps) {
  return (
    <AsCommand
      of={`${actionNames[action]} as a command`}
      cli={`slipway deployments ${action} ${id}`}
      path={`/v1/namespaces/${namespace}/deployments/${id}/${action}`}
      method="POST"
    />
  );
}

function DeploymentFacts({ deployment }: { deployment: InFull }) {
  return (
    <dl className="facts">
      <Fact name="ID">
        <Copyable text={deployment.deployment_id} isShort />
      </Fact>
      {deployment.instance !== null && (
        <Fact name="Instance">
          <InstanceState instance={deployment.instance} />
        </Fact>
      )}
      <Fact name="Generation">{deployment.generation}</Fact>
      {deployment.cluster && <Fact name="Ray cluster">{clusterWords(deployment.cluster)}</Fact>}
      <Fact name="Confined by">
        {deployment.sandbox ?? (deployment.cluster ? 'nothing, as on every Ray cluster' : 'not started')}
      </Fact>
    </dl>
  );
}

/** Shows why the deployment or its last attempt failed, with the failed step. */
function Cause({ error, steps }: { error: string; steps: readonly Step[] }) {
  const failed = steps.findLast((step) => step.error !== null);
  return (
    <section className="state error" aria-labelledby="cause">
      <h2 id="cause">{failed ? `Cause: ${failed.step} failed` : 'Cause'}</h2>
      <p className="problem">{visible(error)}</p>
    </section>
  );
}

/** Drops the host's final log line: it repeats the cause shown at the top of the page. */
function withoutCause(log: Step['log'], cause: string | null): Step['log'] {
  const last = log.at(-1)?.line;
  return cause !== null && last?.endsWith(`failed: ${cause}`) ? log.slice(0, -1) : log;
}

/** The top of the page shows a failed deployment's cause, so it isn't repeated here. */
function StepView({ step, cause }: { step: Step; cause: string | null }) {
  const isOver = step.ended_at !== null;
  const log = withoutCause(step.log, cause);
  const count = step.log_lines - (step.log.length - log.length);
  const tone = step.error !== null ? 'bad' : isOver ? 'good' : 'busy';
  const took = isOver ? formatDuration(Date.parse(step.ended_at ?? '') - Date.parse(step.started_at)) : 'under way';
  return (
    <li>
      <h2>
        <Status tone={tone}>{step.step}</Status>
        {step.attempt > 1 && <span className="quiet">attempt {step.attempt}</span>}
        <span className="took">{took}</span>
      </h2>
      {step.error !== null && step.error !== cause && <p className="problem">{visible(step.error)}</p>}
      {log.length > 0 && (
        <details open={step.error !== null || !isOver}>
          <summary>{counted(count, 'line')}</summary>
          {count > log.length && <p className="quiet">{count - log.length} earlier lines</p>}
          <pre className="code log">
            <ByPlace items={log}>{({ line }) => <div>{visible(line)}</div>}</ByPlace>
          </pre>
        </details>
      )}
    </li>
  );
}

/** Follows a deployment until it ends. */
function useLiveDeployment(namespace_id: string, deployment_id: string, isUnderWay: boolean): void {
  const path = { namespace_id, deployment_id };
  useLiveQuery(deploymentQuery(namespace_id, deployment_id).queryKey, isUnderWay, (signal) =>
    api.events('/v1/namespaces/{namespace_id}/deployments/{deployment_id}/events', { path, signal }),
  );
}
