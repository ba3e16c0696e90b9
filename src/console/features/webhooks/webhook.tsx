// One webhook: its deliveries, and actions for failed ones.
import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { isEventFilter } from '../../data/events/event-filter.ts';
import { timeColumn } from '../../parts/columns.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { EventTypeOptions } from '../../parts/filters/event-type-options.tsx';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { type Column, MoreRows, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { deliveriesQuery, deliveryStates, webhookQuery } from './queries.ts';
import { WebhookActions, WebhookEnds } from './webhook-actions.tsx';
import { DeliveryStatus, WebhookStatus } from './webhook-status.tsx';

const route = '/signed-in/webhooks/$endpoint';
type Delivery = Schemas['Delivery'];

export function WebhookPage() {
  const { endpoint } = useParams({ from: route });
  const { data } = useSuspenseQuery(webhookQuery(endpoint));
  const { pending, succeeded, failed } = data.deliveries;
  return (
    <>
      <PageHead title={visible(data.url)} name="Webhook" actions={<WebhookActions webhook={data} />}>
        <WebhookStatus webhook={data} />
      </PageHead>
      <dl className="facts">
        <Fact name="Newest 500 deliveries">
          {succeeded} succeeded, {failed} failed, {pending} pending
        </Fact>
        <Fact name="Events">
          {data.events?.map((type) => (type.endsWith('.') ? `${type}*` : type)).join(', ') ?? 'all'}
        </Fact>
        {data.description !== null && <Fact name="Description">{visible(data.description)}</Fact>}
        {data.namespace_ids !== null && <Fact name="Limited to namespaces">{data.namespace_ids.join(', ')}</Fact>}
        <Fact name="Receiver's time limit">{data.timeout_seconds} s</Fact>
        <Fact name="ID">
          <Copyable text={endpoint} isShort />
        </Fact>
      </dl>
      <Deliveries endpoint={endpoint} />
      <ActionAsCommand endpoint={endpoint} action={data.status === 'enabled' ? 'test' : 'enable'} />
      <WebhookEnds webhook={data} />
    </>
  );
}

const actionNames = { test: 'Send a test event', enable: 'Enable' };

function ActionAsCommand({ endpoint, action }: { endpoint: string; action: keyof typeof actionNames }) {
  return (
    <AsCommand
      of={`${actionNames[action]} as a command`}
      cli={action === 'test' ? `slipway webhooks test ${endpoint}` : undefined}
      path={`/v1/webhooks/${endpoint}/${action}`}
      method="POST"
    />
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
        <Empty command={`slipway webhooks test ${endpoint}`}>
          No deliveries match. To create one, send a test event:
        </Empty>
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
    <search className="filters">
      <FilterSelect
        label="Status"
        all="all"
        values={deliveryStates}
        value={status}
        choose={(chosen) => go(chosen, type)}
      />
      <label className="chip">
        Event:
        <select aria-label="Event" value={type ?? ''} onChange={(event) => go(status, event.target.value)}>
          <EventTypeOptions chosen={type} all="all" />
        </select>
      </label>
    </search>
  );
}

function DeliveryTable({ endpoint, deliveries }: { endpoint: string; deliveries: Delivery[] }) {
  const columns: Column<Delivery>[] = [
    {
      id: 'event',
      title: 'Event',
      sortBy: ({ event_type }) => event_type,
      cell: ({ delivery_id: delivery, event_type }) => (
        <Link to="/webhooks/$endpoint/deliveries/$delivery" params={{ endpoint, delivery }}>
          {event_type}
        </Link>
      ),
    },
    ...otherColumns,
  ];
  return (
    <Table
      caption="Deliveries, newest event first"
      columns={columns}
      rows={deliveries}
      keyOf={({ delivery_id }) => delivery_id}
    />
  );
}

const otherColumns: Column<Delivery>[] = [
  {
    id: 'status',
    title: 'Status',
    sortBy: ({ status }) => status,
    cell: ({ status }) => <DeliveryStatus status={status} />,
  },
  {
    id: 'attempts',
    title: 'Attempts',
    kind: 'figure',
    hidden: 'below-600',
    sortBy: ({ attempts }) => attempts,
    cell: ({ attempts }) => attempts,
  },
  timeColumn('at', 'Event at', ({ event_at }) => event_at),
  {
    id: 'next',
    title: 'Next attempt',
    kind: 'time',
    hidden: 'below-900',
    cell: ({ next_attempt_at }) => (next_attempt_at === null ? '–' : <Time at={next_attempt_at} />),
  },
];
