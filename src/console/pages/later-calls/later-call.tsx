// A later call: its state, its answer, and the cancel action.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { formatDuration } from '../../../core/quantities.ts';
import { api, type Schemas } from '../../data/api.ts';
import { callTookMs } from '../../data/calls/later-answer.ts';
import { laterCallQuery, laterCallsKey } from '../../data/calls/later-calls.ts';
import { counted } from '../../data/counted.ts';
import { ActionButton } from '../../parts/actions/action.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { LaterAnswer, LaterCallStatus } from './later-answer.tsx';

type Call = Schemas['AnsweredLaterCall'];

export function LaterCallPage() {
  const { call: id } = useParams({ from: '/signed-in/calls/$call' });
  const { data: call } = useSuspenseQuery(laterCallQuery(id));
  const { created_at, ended_at, expires_at, plugin, status } = call;
  return (
    <>
      <PageHead
        title={`Later call of ${visible(plugin)}`}
        name={`${plugin}: later call`}
        actions={ended_at === null && <Cancel id={id} />}
      >
        <span aria-live="polite">
          <LaterCallStatus status={status} />
        </span>
        <span className="quiet">
          sent <Time at={created_at} />
        </span>
      </PageHead>
      {status === 'queued' && (
        <p className="quiet">
          It is queued, and expires <Time at={expires_at} /> if it has not started.
        </p>
      )}
      {status === 'expired' && <p className="quiet">It did not start in time and never ran.</p>}
      <LaterAnswer call={call} />
      <CallFacts call={call} />
      <AsCommand cli={`slipway calls show ${id}`} path={`/v1/calls/${id}`} />
      {ended_at === null && (
        <AsCommand
          of="Cancel as a command"
          cli={`slipway calls cancel ${id}`}
          path={`/v1/calls/${id}`}
          method="DELETE"
        />
      )}
    </>
  );
}

function Cancel({ id }: { id: string }) {
  const cancel = () => api.delete('/v1/calls/{call_id}', { path: { call_id: id } });
  return <ActionButton label="Cancel" send={cancel} changes={[laterCallsKey]} />;
}

function CallFacts({ call }: { call: Call }) {
  const { deployment_id: deployment, ended_at, namespace_id: namespace, priority, request_id, runs, started_at } = call;
  const tookMs = callTookMs(call, Date.now());
  return (
    <dl className="facts">
      <Fact name="Priority">{priority}</Fact>
      <Fact name="Began">
        {started_at === null ? ended_at === null ? 'not yet' : 'never' : <Time at={started_at} />}
      </Fact>
      <Fact name="Took">{tookMs === null ? '–' : formatDuration(tookMs)}</Fact>
      {ended_at !== null && (
        <Fact name="Ended">
          <Time at={ended_at} />
        </Fact>
      )}
      <Fact name="Runs">{runs > 1 ? `${runs}: its process or machine died` : runs}</Fact>
      {deployment !== null && (
        <Fact name="Deployment">
          <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment }}>
            {deployment}
          </Link>
        </Fact>
      )}
      {call.callback !== null && (
        <Fact name="Callback">
          <code>{visible(call.callback.url)}</code> {callbackText(call.callback)}
        </Fact>
      )}
      <Fact name="Request ID">
        <Copyable text={request_id} />{' '}
        <Link to="/n/$namespace/logs" params={{ namespace }} search={{ request: request_id }}>
          what it printed
        </Link>
      </Fact>
      <Fact name="Call ID">
        <Copyable text={call.call_id} />
      </Fact>
    </dl>
  );
}

/** Describes the outcome of sending the result. */
function callbackText({ attempts, error, status }: NonNullable<Call['callback']>): string {
  if (status === 'waiting' || attempts === 0) return 'gets the result';
  const tried = `after ${counted(attempts, 'attempt')}`;
  if (status === 'succeeded') return `got the result ${tried}`;
  const reason = error === null ? '' : `: ${visible(error)}`;
  return status === 'failed'
    ? `did not accept the result ${tried}${reason}`
    : `has not accepted the result ${tried} and will be retried${reason}`;
}
