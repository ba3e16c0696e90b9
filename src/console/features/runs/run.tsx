// One run: its progress, which rows failed and why, its results, and the available actions.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { emptyObject } from '../../../core/json/text.ts';
import { compactJson, readJsonTree } from '../../../core/json/tree.ts';
import { formatBytes, formatDuration } from '../../../core/quantities.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { errorShare, Figure, Figures } from '../../parts/figures.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { useLiveRun, useProgress } from './data/live-run.ts';
import { rateText, rowsText } from './data/run-progress.ts';
import { isUnderWay, type Run, runQuery } from './data/run-queries.ts';
import { FailedRows } from './failed-rows.tsx';
import { RunActions, RunCommands } from './run-actions.tsx';
import { inputText, RunStatus, stateTexts } from './run-table.tsx';

export function RunPage() {
  const { namespace, run: id } = useParams({ from: '/signed-in/n/$namespace/runs/$run' });
  const { data: run } = useSuspenseQuery(runQuery(namespace, id));
  useLiveRun(namespace, id, isUnderWay(run));
  const { created_at, created_by, error, failed, name, status, version } = run;
  const text = stateTexts[status];
  return (
    <>
      <PageHead
        title={`Run of ${name} ${version}`}
        name={`${name} ${version}: run`}
        actions={<RunActions key={id} namespace={namespace} run={run} />}
      >
        <span aria-live="polite">
          <RunStatus status={status} />
        </span>
        <span className="quiet">
          started by <Actor actor={created_by} /> · <Time at={created_at} />
        </span>
      </PageHead>
      {error !== null && failed < run.rows && (
        <section className="state error" aria-labelledby="cause">
          <h2 id="cause">Cause</h2>
          <p className="problem">{visible(error)}</p>
        </section>
      )}
      {text !== undefined && error === null && <p className="quiet">{text}</p>}
      {status !== 'open' && status !== 'expired' && <RunProgress key={id} run={run} />}
      {failed > 0 && <FailedRows key={id} namespace={namespace} run={run} />}
      <RunFacts namespace={namespace} run={run} />
      <p>
        <Link to="/n/$namespace/plugins/$name/logs" params={{ namespace, name }} search={{ request: id }}>
          Output of its steps
        </Link>
        {' · '}
        <Link to="/events" search={{ subject: id }}>
          Events of this run
        </Link>
      </p>
      <AsCommand cli={`slipway runs show ${id}`} path={`/v1/namespaces/${namespace}/runs/${id}`} />
      <RunCommands namespace={namespace} run={run} />
    </>
  );
}

function RunFacts({ namespace, run }: { namespace: string; run: Run }) {
  const { deployment_id, ended_at, input, max_parallel, name, output_bytes, run_id, skipped, version } = run;
  return (
    <dl className="facts">
      <Fact name="Version">
        <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace, name, version }}>
          {name} {version}
        </Link>
      </Fact>
      <Fact name="Input">
        {inputText(run)}{' '}
        {input.failed_of !== null && (
          <Link to="/n/$namespace/runs/$run" params={{ namespace, run: input.failed_of }}>
            that run
          </Link>
        )}
      </Fact>
      <Fact name="Output">
        {formatBytes(output_bytes)}
        {skipped > 0 && `, including ${skipped.toLocaleString('en')} rows skipped by every step`}
      </Fact>
      <Fact name="Processes">{max_parallel}</Fact>
      <Fact name="Parameters">
        <code>{visible(compactJson(readJsonTree((run.parameters ?? emptyObject).text)))}</code>
      </Fact>
      {ended_at !== null && (
        <Fact name="Ended">
          <Time at={ended_at} />
        </Fact>
      )}
      <Fact name="Run ID">
        <Copyable text={run_id} />
      </Fact>
      <Fact name="Deployment">
        <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment: deployment_id }}>
          {deployment_id}
        </Link>
      </Fact>
    </dl>
  );
}

/** Shows a run's progress: a bar, its rate, the remaining time, and failures so far. */
function RunProgress({ run }: { run: Run }) {
  const progress = useProgress(run);
  const { ended, leftMs, rows, rowsPerSecond, tookMs } = progress;
  const isOver = run.ended_at !== null;
  return (
    <>
      {!isOver && (
        <progress className="run" max={rows || 1} value={ended} aria-label="Finished rows">
          {rowsText(progress)}
        </progress>
      )}
      <Figures>
        <Figure name="Rows">{rowsText(progress)}</Figure>
        <Figure name="Failed">
          {run.failed.toLocaleString('en')}{' '}
          {run.failed > 0 && <small>{errorShare({ calls: ended, errors: run.failed })}</small>}
        </Figure>
        <Figure name="Rate">
          {rowsPerSecond === null ? '–' : rateText(rowsPerSecond)} <small>rows/s</small>
        </Figure>
        {isOver ? (
          <Figure name="Took">{tookMs === null ? '–' : formatDuration(tookMs)}</Figure>
        ) : (
          <Figure name="Time left">
            {leftMs === null ? '–' : formatDuration(leftMs)}{' '}
            {tookMs !== null && <small>after {formatDuration(tookMs)}</small>}
          </Figure>
        )}
      </Figures>
    </>
  );
}
