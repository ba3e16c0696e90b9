// The audit log: who did what and when, what it changed, and whether the log is intact.
import { useInfiniteQuery, useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { eventGroups, eventsBy } from '../../data/events/event-groups.ts';
import { eventSentence, subjectNames } from '../../data/events/event-sentence.ts';
import { useNamespace } from '../../data/namespace.ts';
import { deploymentsQuery, eventsQuery } from '../../data/queries.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { MoreRows } from '../../parts/table.tsx';
import { ClockTime, Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { added } from '../../points.ts';
import { ChainBadge } from './chain-badge.tsx';
import { EventFilters } from './event-filters.tsx';

type Event = Schemas['Event'];

export function EventsPage() {
  const { who, ...filter } = useSearch({ from: '/signed-in/events' });
  const query = useSuspenseInfiniteQuery(eventsQuery(filter));
  const loaded = query.data.pages.flatMap((page) => page.results);
  const events = eventsBy(loaded, who);
  const subjects = useSubjects(loaded);
  const archivedUntil = query.hasNextPage ? null : query.data.pages.at(-1)?.archived_until;
  const options = (['type', 'subject'] as const).flatMap((name) =>
    filter[name] ? [` --${name} ${filter[name]}`] : [],
  );
  return (
    <>
      <PageHead
        title="Events"
        actions={
          <a href="/v1/events/export" download="events.ndjson" className="button">
            Export all (NDJSON)
          </a>
        }
      />
      <EventFilters loaded={loaded} />
      {events.length === 0 && <Empty command="slipway events">No events match these filters.</Empty>}
      {daysOf(events).map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <h2>{day}</h2>
          <ol className="rows">
            {eventGroups(ofDay).map(({ event, others }) => (
              <EventRow key={event.id} event={event} others={others} subject={subjects.get(event.subject_id)} />
            ))}
          </ol>
        </section>
      ))}
      {who !== undefined && query.hasNextPage && <p>Who filters the rows loaded so far.</p>}
      <MoreRows query={query} />
      {archivedUntil && (
        <p>
          Events up to <Time at={archivedUntil} /> are archived. The export includes them.
        </p>
      )}
      <h2>The whole log</h2>
      <ChainBadge />
      <p>
        For more than 200,000 events, <code>slipway events --export</code> exports them.
      </p>
      <AsCommand cli={`slipway events${options.join('')}`} path="/v1/events" query={filter} />
    </>
  );
}

/** Returns the events of each day, in the user's own time zone. */
function daysOf(events: readonly Event[]): [day: string, events: Event[]][] {
  const days = new Map<string, Event[]>();
  for (const event of events) {
    const day = new Date(event.timestamp).toLocaleDateString('en', { weekday: 'long', month: 'long', day: 'numeric' });
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days];
}

/** Covers only the newest deployments of the current namespace. */
function useSubjects(events: readonly Event[]): Map<string, string> {
  const namespace = useNamespace();
  const { data } = useInfiniteQuery({ ...deploymentsQuery(namespace ?? '', {}), enabled: namespace !== undefined });
  return subjectNames(events, data?.pages.flatMap(({ results }) => results) ?? []);
}

interface RowProps {
  event: Event;
  /** The other events of the same deployment, upload or run. */
  others: Event[];
  subject: string | undefined;
}

function EventRow({ event, others, subject }: RowProps) {
  const { actor, data, subject_id, timestamp, type } = event;
  return (
    <li data-row>
      <details>
        <summary className="event">
          <ClockTime at={timestamp} />
          <span>
            <b>
              <Actor actor={actor} />
            </b>{' '}
            {visible(eventSentence(event, subject))}
          </span>
          <code>{others.length === 0 ? type : `${type}, ${others.length} before`}</code>
        </summary>
        <p>
          <SubjectLink event={event} /> ·{' '}
          <Link to="/events" search={{ subject: subject_id }}>
            everything about it
          </Link>{' '}
          ·{' '}
          <Link to="/events" search={{ type }}>
            every {type}
          </Link>{' '}
          · <Copyable text={subject_id} isShort />
        </p>
        <EventChanges data={data} />
        {others.length > 0 && (
          <ul>
            {others.map((one) => (
              <li key={one.id}>
                <ClockTime at={one.timestamp} />{' '}
                <b>
                  <Actor actor={one.actor} />
                </b>{' '}
                {visible(eventSentence(one, subject))} <code className="quiet">{one.type}</code>
              </li>
            ))}
          </ul>
        )}
      </details>
    </li>
  );
}

/** Links to the page of what changed, if it has one. */
function SubjectLink({ event: { subject_id, namespace_id } }: { event: Event }) {
  if (subject_id.startsWith('dep_') && namespace_id !== null)
    return (
      <Link to="/n/$namespace/deployments/$deployment" params={{ namespace: namespace_id, deployment: subject_id }}>
        the deployment
      </Link>
    );
  if (subject_id.startsWith('rel_') && namespace_id !== null)
    return (
      <Link to="/n/$namespace/releases/$release" params={{ namespace: namespace_id, release: subject_id }}>
        the release
      </Link>
    );
  if (subject_id.startsWith('plu_') && namespace_id !== null)
    return (
      <Link to="/n/$namespace/uploads/$upload" params={{ namespace: namespace_id, upload: subject_id }}>
        the upload and its findings
      </Link>
    );
  const ofFeature = added('subjects').find(({ prefix }) => subject_id.startsWith(prefix));
  if (ofFeature) return <ofFeature.Link id={subject_id} />;
  if (subject_id.startsWith('key_')) return <Link to="/keys">the keys</Link>;
  if (namespace_id === null) return <>organization</>;
  return (
    <Link to="/n/$namespace/plugins" params={{ namespace: namespace_id }} search={{}}>
      the namespace
    </Link>
  );
}

/** Shows an event's data: values before and after the change, and other fields by name. Values are text. */
function EventChanges({ data }: { data: Record<string, unknown> }) {
  const { from, away_from, to, ...rest } = data;
  const before = from ?? away_from;
  const entries = Object.entries(rest);
  if (Object.keys(data).length === 0) return <p className="quiet">The event has no data.</p>;
  return (
    <dl className="facts">
      {to !== undefined && (
        <Fact name="Before and after">
          <del>{textOf(before)}</del> to <ins>{textOf(to)}</ins>
        </Fact>
      )}
      {to === undefined && before !== undefined && <Fact name="Before">{textOf(before)}</Fact>}
      {entries.map(([name, value]) => (
        <Fact key={name} name={name.replaceAll('_', ' ')}>
          {textOf(value)}
        </Fact>
      ))}
    </dl>
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return visible(JSON.stringify(value));
}
