// The audit log: who did what and when, what it changed, and whether the log is as it was written.
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { eventsQuery } from '../../data/queries.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { ChainBadge } from './chain-badge.tsx';
import { EventChanges } from './event-changes.tsx';
import { EventFilters } from './event-filters.tsx';

type Event = Schemas['Event'];

export function EventsPage() {
  const filter = useSearch({ from: '/signed-in/events' });
  const query = useSuspenseInfiniteQuery(eventsQuery(filter));
  const events = query.data.pages.flatMap((page) => page.results);
  const archivedUntil = query.hasNextPage ? null : query.data.pages.at(-1)?.archived_until;
  const options = (['type', 'subject'] as const).flatMap((name) =>
    filter[name] ? [` --${name} ${filter[name]}`] : [],
  );
  useTitle('Events');
  return (
    <>
      <h1>Events</h1>
      <EventFilters />
      {events.length === 0 ? (
        <Empty command="slipway events">No events match these filters.</Empty>
      ) : (
        <ol className="rows">
          {events.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </ol>
      )}
      <MoreRows query={query} />
      {archivedUntil && (
        <p>
          Events up to <Time at={archivedUntil} /> are archived. The export has them.
        </p>
      )}
      <h2>The whole log</h2>
      <ChainBadge />
      <p>
        <a href="/v1/events/export" download="events.ndjson">
          Export all events (NDJSON)
        </a>
        . For more than 200,000 of them, use <code>slipway events --export</code>.
      </p>
      <AsCommand cli={`slipway events${options.join('')}`} path="/v1/events" query={filter} />
    </>
  );
}

function EventRow({ event }: { event: Event }) {
  return (
    <li data-row>
      <details>
        <summary>
          <Time at={event.timestamp} /> <strong>{event.type}</strong> <span className="quiet">{event.subject_id}</span>
        </summary>
        <p>
          By <Actor actor={event.actor} /> · <SubjectLink event={event} /> ·{' '}
          <Link to="/events" search={{ subject: event.subject_id }}>
            everything about it
          </Link>{' '}
          ·{' '}
          <Link to="/events" search={{ type: event.type }}>
            every {event.type}
          </Link>
        </p>
        <EventChanges data={event.data} />
      </details>
    </li>
  );
}

/** Leads to the page of what changed, if it has one. */
function SubjectLink({ event: { subject_id, namespace_id } }: { event: Event }) {
  if (subject_id.startsWith('dep_') && namespace_id !== null)
    return (
      <Link to="/n/$namespace/deployments/$deployment" params={{ namespace: namespace_id, deployment: subject_id }}>
        the deployment
      </Link>
    );
  if (subject_id.startsWith('plu_') && namespace_id !== null)
    return (
      <Link to="/n/$namespace/uploads/$upload" params={{ namespace: namespace_id, upload: subject_id }}>
        the upload and its findings
      </Link>
    );
  if (subject_id.startsWith('whk_'))
    return (
      <Link to="/webhooks/$endpoint" params={{ endpoint: subject_id }} search={{}}>
        the webhook
      </Link>
    );
  if (subject_id.startsWith('key_')) return <Link to="/keys">the keys</Link>;
  if (namespace_id === null) return <>organization</>;
  return (
    <Link to="/n/$namespace/plugins" params={{ namespace: namespace_id }} search={{}}>
      the namespace
    </Link>
  );
}
