// Shows how much a plugin was used in the last 30 days: calls, callers, downloads and namespaces.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../data/api.ts';
import { Figure, Figures } from '../../parts/figures.tsx';
import { Time } from '../../parts/time.tsx';

const daysShown = 30;
const hourMs = 3_600_000;

export function PluginUse({ namespace, name }: { namespace: string; name: string }) {
  const { data } = useQuery({
    queryKey: ['namespace', namespace, 'counts', name],
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/counts', {
        path: { namespace_id: namespace, slug: name },
        query: { days: daysShown },
        signal,
      }),
  });
  if (!data) return null;
  return (
    <section aria-labelledby="use">
      <h2 id="use">Usage, 30 d</h2>
      <Figures>
        <Figure name="Calls">{data.total.calls.toLocaleString('en')}</Figure>
        <Figure name="Callers">
          {data.callers_30d.toLocaleString('en')} <small>keys</small>
        </Figure>
        <Figure name="Downloads">{data.total.downloads.toLocaleString('en')}</Figure>
        <Figure name="Namespaces">{data.namespaces.toLocaleString('en')}</Figure>
        <Figure name="Last call">
          <small>{data.last_called_at === null ? 'Never' : <LastCall hour={data.last_called_at} />}</small>
        </Figure>
      </Figures>
    </section>
  );
}

/** Shows the hour of the last call. Its minute isn't counted. */
function LastCall({ hour }: { hour: string }) {
  return Date.now() - Date.parse(hour) < hourMs ? 'This hour' : <Time at={hour} />;
}
