// One delivery: the request, each attempt with the receiver's response, and the redeliver action.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { formatDuration } from '../../../core/quantities.ts';
import { api, type Schemas } from '../../data/api.ts';
import { isEventFilter } from '../../data/events/event-filter.ts';
import { ActionButton } from '../../parts/actions/action.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { deliveryQuery } from './queries.ts';
import { DeliveryStatus } from './webhook-status.tsx';

type Attempt = Schemas['DeliveryInFull']['attempts_made'][number];

export function DeliveryPage() {
  const { endpoint, delivery } = useParams({ from: '/signed-in/webhooks/$endpoint/deliveries/$delivery' });
  const { data } = useSuspenseQuery(deliveryQuery(endpoint, delivery));
  return (
    <>
      <PageHead
        title={`Delivery of ${data.event_type}`}
        actions={<Redeliver endpoint={endpoint} delivery={delivery} />}
      >
        <span aria-live="polite">
          <DeliveryStatus status={data.status} />
        </span>
        {data.next_attempt_at !== null && (
          <span className="quiet">
            next attempt <Time at={data.next_attempt_at} />
          </span>
        )}
      </PageHead>
      <h2>Attempts</h2>
      {data.attempts_made.length === 0 ? (
        <p>No attempts yet.</p>
      ) : (
        <ol className="steps">
          {data.attempts_made.map((attempt) => (
            <AttemptView key={attempt.number} attempt={attempt} />
          ))}
        </ol>
      )}
      <h2>Request</h2>
      <p>
        <code>webhook-id</code> <Copyable text={data.event_id} />
      </p>
      <p>
        <code>webhook-timestamp</code> and <code>webhook-signature</code> are computed for each attempt, with the
        secrets valid at that time.
      </p>
      <pre className="code">{visible(indented(data.body))}</pre>
      <p>
        <Link to="/events" search={isEventFilter(data.event_type) ? { type: data.event_type } : {}}>
          Events of this type
        </Link>
      </p>
      <AsCommand
        cli={`slipway webhooks delivery ${endpoint} ${delivery}`}
        path={`/v1/webhooks/${endpoint}/deliveries/${delivery}`}
      />
      <AsCommand
        of="Redeliver as a command"
        cli={`slipway webhooks redeliver ${endpoint} ${delivery}`}
        path={`/v1/webhooks/${endpoint}/deliveries/${delivery}/redeliver`}
        method="POST"
      />
    </>
  );
}

/** Slipway wrote this JSON body. It was signed as sent, without spaces. */
function indented(body: string): string {
  const value: unknown = JSON.parse(body);
  return JSON.stringify(value, null, 2);
}

function AttemptView({ attempt }: { attempt: Attempt }) {
  const { number, started_at, duration_ms, status_code, error, response_excerpt } = attempt;
  const isGood = status_code !== null && status_code >= 200 && status_code < 300;
  return (
    <li>
      <h3>
        <Status tone={isGood ? 'good' : 'bad'}>{status_code === null ? 'no answer' : `answered ${status_code}`}</Status>{' '}
        <span className="quiet">
          attempt {number}, <Time at={started_at} />, {formatDuration(duration_ms)}
        </span>
      </h3>
      {error !== null && <p className="problem">{error}</p>}
      {response_excerpt !== null && response_excerpt !== '' && <pre className="code">{visible(response_excerpt)}</pre>}
    </li>
  );
}

function Redeliver({ endpoint, delivery }: { endpoint: string; delivery: string }) {
  const path = { endpoint_id: endpoint, delivery_id: delivery };
  return (
    <ActionButton
      label="Redeliver"
      send={() => api.post('/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver', { path })}
      changes={[['webhooks', endpoint]]}
    />
  );
}
