// One webhook: its deliveries, and what can be done about those that failed.
import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { deliveriesQuery, deliveryStates, webhookQuery } from '../../data/account-queries.ts';
import type { Schemas } from '../../data/api.ts';
import { isEventFilter } from '../../data/event-types.ts';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EventTypeOptions } from '../../parts/event-type-options.tsx';
import { Fact } from '../../parts/fact.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { WebhookActions } from './webhook-actions.tsx';
import { DeliveryStatus, WebhookStatus } from './webhook-status.tsx';

const route = '/signed-in/webhooks/$endpoint';

export function WebhookPage() {
  const { endpoint } = useParams({ from: route });
  const { data } = useSuspenseQuery(webhookQuery(endpoint));
  useTitle('Webhook');
  const { pending, succeeded, failed } = data.deliveries;
  return (
    <>
      <h1>
        <Link to="/webhooks">Webhooks</Link>: {data.url}
      </h1>
      <p>
        <WebhookStatus webhook={data} />
      </p>
      <WebhookActions webhook={data} />
      <dl className="facts">
        <Fact name="Newest 500 deliveries">
          {succeeded} succeeded, {failed} failed, {pending} pending
        </Fact>
        <Fact name="Events">{data.events?.join(', ') ?? 'all'}</Fact>
        <Fact name="The receiver may take">{data.timeout_seconds} s</Fact>
        <Fact name="ID">
          <Copyable text={endpoint} />
        </Fact>
      </dl>
      <Deliveries endpoint={endpoint} />
    </>
  );
}

function Deliveries({ endpoint }: { endpoint: string }) {
  const filter = useSearch({ from: route });
  const query = useSuspenseInfiniteQuery(deliveriesQuery(endpoint, filter));
  const deliveries = query.data.pages.flatMap((page) => page.results);
  const options = Object.entries(filter).flatMap(([name, value]) => (value ? [` --${name} ${value}`] : []));
  return (
    <section aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Deliveries</h2>
      <Filters />
      {deliveries.length === 0 ? (
        <Empty command={`slipway webhooks test ${endpoint}`}>No deliveries match. A test event makes one:</Empty>
      ) : (
        <DeliveryTable endpoint={endpoint} deliveries={deliveries} />
      )}
      <MoreRows query={query} />
      <AsCommand
        cli={`slipway webhooks deliveries ${endpoint}${options.join('')}`}
        path={`/v1/webhooks/${endpoint}/deliveries`}
        query={filter}
      />
    </section>
  );
}

function Filters() {
  const { status, type } = useSearch({ from: route });
  const navigate = useNavigate({ from: '/webhooks/$endpoint' });
  const go = (chosenStatus: string | undefined, chosenType: string | undefined) => {
    const known = deliveryStates.find((state) => state === chosenStatus);
    const search = {
      ...(known ? { status: known } : {}),
      ...(isEventFilter(chosenType) ? { type: chosenType } : {}),
    };
    void navigate({ search, replace: true });
  };
  return (
    <p className="pickers">
      <label>
        Status{' '}
        <select value={status ?? ''} onChange={(event) => go(event.target.value, type)}>
          <option value="">every status</option>
          {deliveryStates.map((state) => (
            <option key={state}>{state}</option>
          ))}
        </select>
      </label>
      <label>
        Event{' '}
        <select value={type ?? ''} onChange={(event) => go(status, event.target.value)}>
          <EventTypeOptions chosen={type} all="every event" />
        </select>
      </label>
    </p>
  );
}

function DeliveryTable({ endpoint, deliveries }: { endpoint: string; deliveries: Schemas['Delivery'][] }) {
  return (
    <DataTable
      caption="Deliveries, newest event first"
      columns={['Event', 'Status', 'Attempts', 'Event at', 'Next attempt']}
    >
      {deliveries.map(({ delivery_id, event_type, status, attempts, event_at, next_attempt_at }) => (
        <tr key={delivery_id}>
          <th scope="row">
            <Link to="/webhooks/$endpoint/deliveries/$delivery" params={{ endpoint, delivery: delivery_id }}>
              {event_type}
            </Link>
          </th>
          <td>
            <DeliveryStatus status={status} />
          </td>
          <td>{attempts === 1 ? '1 attempt' : `${attempts} attempts`}</td>
          <td data-label="Event">
            <Time at={event_at} />
          </td>
          <td data-label="Next attempt">{next_attempt_at === null ? 'none' : <Time at={next_attempt_at} />}</td>
        </tr>
      ))}
    </DataTable>
  );
}
