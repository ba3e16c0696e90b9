// The filters of the events page. They are in the URL, so that a filtered page can be shared.
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { isEventFilter } from '../../data/event-types.ts';
import { EventTypeOptions } from '../../parts/event-type-options.tsx';

export function EventFilters() {
  const filter = useSearch({ from: '/signed-in/events' });
  const { type, subject, since, until, order } = filter;
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
        ...(text('order') === 'asc' ? { order: 'asc' as const } : {}),
        ...(filter.namespace === undefined ? {} : { namespace: filter.namespace }),
      },
    });
  };
  return (
    <search>
      {/* Another filter in the URL makes another form, whose fields have its values. */}
      <form key={JSON.stringify(filter)} className="filters" onSubmit={submit}>
        <label className="chip">
          Type:
          <select name="type" aria-label="Type" defaultValue={type ?? ''}>
            <EventTypeOptions chosen={type} all="all" />
          </select>
        </label>
        <input
          name="subject"
          type="search"
          aria-label="ID of what changed"
          placeholder="ID of what changed, dep_…"
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
