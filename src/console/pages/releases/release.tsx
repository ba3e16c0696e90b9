// One release: its steps, what it waits for and measures, its decisions, and the available actions.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { formatDuration } from '../../../core/quantities.ts';
import { api, type Schemas } from '../../data/api.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { releaseQuery } from '../../data/releases/release-queries.ts';
import { decisionWord } from '../../data/releases/release-text.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { errorShare } from '../../parts/figures.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { ReleaseStatus } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { ReleaseActions } from './release-actions.tsx';
import { DifferingPaths, ReleaseCharts, ReleasedVersions, ReleaseGates } from './release-measured.tsx';

type InFull = Schemas['ReleaseInFull'];

export function ReleasePage() {
  const { namespace, release: id } = useParams({ from: '/signed-in/n/$namespace/releases/$release' });
  const query = releaseQuery(namespace, id);
  const { data: release } = useSuspenseQuery(query);
  const path = { namespace_id: namespace, release_id: id };
  useLiveQuery(query.queryKey, release.ended_at === null, (signal) =>
    api.events('/v1/namespaces/{namespace_id}/releases/{release_id}/events', { path, signal }),
  );
  const { created_at, created_by, from, measured, plugin, reason, state, to, waits_for } = release;
  return (
    <>
      <PageHead
        title={`${plugin.name} ${visible(from.version)} to ${visible(to.version)}`}
        actions={<ReleaseActions namespace={namespace} release={release} />}
      >
        <span aria-live="polite">
          <ReleaseStatus state={state} />
        </span>
        <span className="quiet">
          Release by <Actor actor={created_by} /> · <Time at={created_at} />
        </span>
      </PageHead>
      {reason !== null && (
        <div className={state === 'reverted' ? 'state error' : 'state'}>
          <p>{visible(reason)}</p>
        </div>
      )}
      <ReleaseSteps release={release} />
      {waits_for !== null && <p>Waits for {visible(waits_for)}.</p>}
      {measured === null ? (
        <p className="quiet">Nothing was measured yet.</p>
      ) : (
        <>
          <section aria-labelledby="measured">
            <h2 id="measured">Measurements</h2>
            <ReleasedVersions release={release} measured={measured} />
            <ReleaseCharts release={release} measured={measured} />
          </section>
          <ReleaseGates measured={measured} />
          <DifferingPaths measured={measured} />
        </>
      )}
      <Decisions release={release} />
      <Facts namespace={namespace} release={release} />
      <AsCommand cli={`slipway releases show ${id}`} path={`/v1/namespaces/${namespace}/releases/${id}`} />
    </>
  );
}

function Facts({ namespace, release: { id, plugin } }: { namespace: string; release: InFull }) {
  return (
    <dl className="facts">
      <Fact name="ID">
        <Copyable text={id} isShort />
      </Fact>
      <Fact name="Plugin">
        {plugin.kind === 'extractor' ? (
          <Link to="/n/$namespace/plugins/$name" params={{ namespace, name: plugin.name }} search={{}}>
            {plugin.name}
          </Link>
        ) : (
          <Link to="/n/$namespace/go/$kind/$name" params={{ namespace, kind: plugin.kind, name: plugin.name }}>
            {plugin.name}
          </Link>
        )}
      </Fact>
      <Fact name="Events">
        <Link to="/events" search={{ subject: id }}>
          Events of this release
        </Link>
      </Fact>
    </dl>
  );
}

function ReleaseSteps({ release: { plan, state, step } }: { release: InFull }) {
  const steps = [...(plan.steps ?? []), { percent: 100 }];
  const now = state === 'succeeded' ? steps.length : step;
  const end = state === 'reverted' || state === 'cancelled' ? state : undefined;
  const classOf = (nth: number) => {
    if (nth < now) return 'done';
    return nth === now ? end : undefined;
  };
  return (
    <ol className="release-steps" aria-label="Steps">
      {steps.map(({ percent, shadow = 0 }, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place.
        <li key={nth} aria-current={nth === now && end === undefined ? 'step' : undefined} className={classOf(nth)}>
          <b>{percent}%</b>
          {nth < now && <span className="unseen"> done</span>}
          {nth === now && end !== undefined && ` · ${end}`}
          {shadow > 0 && <div>{shadow}% compared</div>}
        </li>
      ))}
    </ol>
  );
}

function Decisions({ release: { decisions, from, to } }: { release: InFull }) {
  const count = (counts: Schemas['ReleaseCounts']) =>
    `${counts.calls.toLocaleString('en')} calls, ${errorShare(counts)} failed${counts.p95_ms === null ? '' : `, p95 ${formatDuration(counts.p95_ms)}`}`;
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">Decisions</h2>
      <ol className="rows decisions">
        {decisions.toReversed().map((decision) => {
          const { actor, at, id, measured, percent, reason } = decision;
          return (
            <li key={id} className="event">
              <Time at={at} />
              <span>
                <b>
                  <Actor actor={actor} />
                </b>{' '}
                {decisionWord(decision)}, at {percent}%{reason !== null && `: ${visible(reason)}`}
                {measured && (
                  <div className="quiet">
                    {visible(to.version)}: {count(measured.candidate)} · {visible(from.version)}:{' '}
                    {count(measured.stable)}
                  </div>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
