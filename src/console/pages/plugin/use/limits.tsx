// The limits that a plugin's callers meet.
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { builderLimits } from '../../../../contract/limits/builder.ts';
import { formatBinaryBytes, formatDuration } from '../../../../core/quantities.ts';
import { api, type Schemas } from '../../../data/api.ts';
import { Fact } from '../../../parts/page-head.tsx';

const limitsQuery = {
  queryKey: ['call-limits', 'first'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get('/v1/call-limits', { query: { limit: 1000 }, signal }),
};

export default function Limits({ plugin, streams }: { plugin: Schemas['PluginDocument']; streams: boolean }) {
  const { name, namespace_id, permissions, plugin_id } = plugin;
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useQuery(limitsQuery);
  const { later_timeout_s, timeout_s = builderLimits.callMs / 1000 } = permissions.granted ?? {};
  const { callBytes, streamBytes, streamMs, streamValueBytes } = builderLimits;
  const own = (data?.results ?? []).filter(
    (one) =>
      one.id === key.key_id ||
      (one.limited === 'version' && one.name === plugin_id) ||
      (one.limited === 'plugin' && one.name === name && one.namespace_id === namespace_id),
  );
  return (
    <section aria-label="Limits">
      <h2>Limits</h2>
      <dl className="facts">
        <Fact name="Time for a call">{timeout_s} s</Fact>
        {later_timeout_s !== undefined && <Fact name="Time for a later call">{later_timeout_s} s</Fact>}
        <Fact name="Request body, answer">{formatBinaryBytes(callBytes)} each</Fact>
        {streams && (
          <Fact name="Stream">
            {formatDuration(streamMs)}, {formatBinaryBytes(streamValueBytes)} a value, {formatBinaryBytes(streamBytes)}{' '}
            in all
          </Fact>
        )}
        {own.map((limit) => (
          <Fact key={limit.id} name={limit.limited === 'key' ? 'Calls with your key' : `Calls of ${limit.name}`}>
            {limitWords(limit)}
          </Fact>
        ))}
      </dl>
      {own.length > 0 && (
        <p className="quiet">
          Further calls don't run, and get the status 429 with <code>Retry-After</code>.
        </p>
      )}
    </section>
  );
}

function limitWords({ calls_at_once, calls_per_minute }: Schemas['CallLimit']): string {
  const minute = calls_per_minute === null ? [] : [`${calls_per_minute.toLocaleString('en')} a minute`];
  const once = calls_at_once === null ? [] : [`${calls_at_once.toLocaleString('en')} at once`];
  return [...minute, ...once].join(', ');
}
