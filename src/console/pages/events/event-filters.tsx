// The events page's filters. They are in the URL, so a filtered page can be shared.
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { actorName } from '../../../contract/events/authors.ts';
import type { Schemas } from '../../data/api.ts';
import { isEventFilter } from '../../data/events/event-filter.ts';
import { EventTypeOptions } from '../../parts/filters/event-type-options.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  /** The events whose actors can be selected. */
  loaded: readonly Pick<Schemas['Event'], 'actor'>[];
}

export function EventFilters({ loaded }: Props) {
  const filter = useSearch({ from: '/signed-in/events' });
  const { type, subject, since, until, order, who } = filter;
  const navigate = useNavigate({ from: '/events' });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    const chosen = text('type');
    void navigate({
      search: {
        ...(isEventFilter(chosen) ? { type: chosen } : {}),
        ...(text('subject') === '' ? {} : { subject: text('subject') }),
        ...(text('since') === '' ? {} : { since: `${text('since')}T00:00:00Z` }),
        ...(text('until') === '' ? {} : { until: `${text('until')}T00:00:00Z` }),
        ...(text('who') === '' ? {} : { who: text('who') }),
        ...(text('order') === 'asc' ? { order: 'asc' as const } : {}),
        ...(filter.namespace === undefined ? {} : { namespace: filter.namespace }),
      },
    });
  };
  return (
    <search>
      {/* Different filters in the URL create a new form with their values. */}
      <form key={JSON.stringify(filter)} className="filters" onSubmit={submit}>
        <label className="chip">
          Type:
          <select name="type" aria-label="Type" defaultValue={type ?? ''}>
            <EventTypeOptions chosen={type} all="all" />
          </select>
        </label>
        <ActorChoice loaded={loaded} who={who} />
        <input
          name="subject"
          type="search"
          aria-label="Subject ID"
          placeholder="Subject ID, dep_…"
          defaultValue={subject ?? ''}
        />
        <label className="chip">
          From (UTC):
          <input name="since" type="date" defaultValue={since?.slice(0, 10)} />
        </label>
        <label className="chip">
          Before (UTC):
          <input name="until" type="date" defaultValue={until?.slice(0, 10)} />
        </label>
        <label className="chip">
          Order:
          <select name="order" aria-label="Order" defaultValue={order ?? 'desc'}>
            <option value="desc">newest first</option>
            <option value="asc">oldest first</option>
          </select>
        </label>
        <button type="submit">Apply</button>
      </form>
    </search>
  );
}

/** Offers the actors of the loaded events. */
function ActorChoice({ loaded, who }: Props & { who: string | undefined }) {
  const actors = new Map(loaded.map(({ actor }) => [actor.id, visible(actorName(actor))]));
  return (
    <label className="chip">
      Who:
      <select name="who" aria-label="Who" defaultValue={who ?? ''}>
        <option value="">anyone</option>
        {[...new Set([...actors.keys(), ...(who === undefined ? [] : [who])])].map((id) => (
          <option key={id} value={id}>
            {actors.get(id) ?? id}
          </option>
        ))}
      </select>
    </label>
  );
}
