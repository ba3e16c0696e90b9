// The audit log: who did what and when.
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { eventsQuery, eventTypes } from '../data/queries.ts';
import { AsCommand } from '../parts/copyable.tsx';
import { MoreRows } from '../parts/more-rows.tsx';
import { Time } from '../parts/time.tsx';
import { useTitle } from '../parts/title.ts';

export function EventsPage() {
  const { type, subject } = useSearch({ from: '/signed-in/events' });
  const query = useSuspenseInfiniteQuery(eventsQuery({ type, subject }));
  const navigate = useNavigate({ from: '/events' });
  const events = query.data.pages.flatMap((page) => page.results);
  const archivedUntil = query.hasNextPage ? null : query.data.pages.at(-1)?.archived_until;
  useTitle('Events');
  const filter = (chosen: string) =>
    void navigate({ search: (before) => ({ ...before, type: eventTypes.find((known) => known === chosen) }) });
  return (
    <>
      <h1>Events</h1>
      <p>
        <label>
          Type{' '}
          <select value={type ?? ''} onChange={(event) => filter(event.target.value)}>
            <option value="">every type</option>
            {eventTypes.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {subject !== undefined && (
          <>
            {' '}
            of <code>{subject}</code>{' '}
            <Link to="/events" search={type === undefined ? {} : { type }}>
              of everything
            </Link>
          </>
        )}
      </p>
      {events.length === 0 && <p role="status">No events match.</p>}
      <ol className="rows">
        {events.map((event) => (
          <li key={event.id}>
            <details>
              <summary>
                <Time at={event.timestamp} /> <strong>{event.type}</strong> <code>{event.subject_id}</code> by{' '}
                <code>{event.actor.id}</code>
              </summary>
              <pre className="code">{JSON.stringify(event.data, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ol>
      <MoreRows query={query} />
      {archivedUntil && (
        <p>
          Events up to <Time at={archivedUntil} /> are archived. The export has them.
        </p>
      )}
      <p>
        <a href="/v1/events/export" download="events.ndjson">
          Export all events (NDJSON)
        </a>
        . For more than 200,000 of them, use <code>slipway events --export</code>.
      </p>
      <AsCommand cli="slipway events" path="/v1/events" />
    </>
  );
}
