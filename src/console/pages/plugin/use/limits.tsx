// The limits that a plugin's callers meet.
import { useQuery } from '@tanstack/react-query';
import { builderLimits } from '../../../../contract/limits/builder.ts';
import { formatBytes } from '../../../../core/bytes.ts';
import { api, type Schemas } from '../../../data/api.ts';
import { Fact } from '../../../parts/page-head.tsx';

const limitsQuery = {
  queryKey: ['call-limits', 'first'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get('/v1/call-limits', { query: { limit: 1000 }, signal }),
};

export function Limits({ plugin, streams }: { plugin: Schemas['PluginDocument']; streams: boolean }) {
  const { name, namespace_id, permissions, plugin_id } = plugin;
  const { data } = useQuery(limitsQuery);
  const { later_timeout_s, timeout_s = builderLimits.callMs / 1000 } = permissions.granted ?? {};
  const { callBytes, streamBytes, streamMs, streamValueBytes } = builderLimits;
  const own = (data?.results ?? []).filter(
    (one) =>
      one.limited === 'key' || one.name === plugin_id || (one.name === name && one.namespace_id === namespace_id),
  );
  return (
    <section aria-label="Limits">
      <h2>Limits</h2>
      <dl className="facts">
        <Fact name="Time for a call">{timeout_s} s</Fact>
        {later_timeout_s !== undefined && <Fact name="Time for a later call">{later_timeout_s} s</Fact>}
        <Fact name="Request body, answer">{formatBytes(callBytes)} each</Fact>
        {streams && (
          <Fact name="Stream">
            {streamMs / 60_000} min, {formatBytes(streamValueBytes)} a value, {formatBytes(streamBytes)} in all
          </Fact>
        )}
        {own.map((limit) => (
          <Fact key={limit.id} name={`Calls ${limit.limited === 'key' ? `of key ${limit.name}` : `of ${limit.name}`}`}>
            {limitWords(limit)}
          </Fact>
        ))}
      </dl>
      <p className="quiet">
        Calls beyond a limit of their number get the status 429 and <code>Retry-After</code>; they don't run.
      </p>
    </section>
  );
}

function limitWords({ calls_at_once, calls_per_minute }: Schemas['CallLimit']): string {
  const minute = calls_per_minute === null ? [] : [`${calls_per_minute.toLocaleString('en')} a minute`];
  const once = calls_at_once === null ? [] : [`${calls_at_once.toLocaleString('en')} at once`];
  return [...minute, ...once].join(', ');
}
