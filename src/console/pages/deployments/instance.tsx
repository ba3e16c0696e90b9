// Instances of versions: whether they run, and how often they restarted after crashes.
import { useQueries, useQuery } from '@tanstack/react-query';
import { heldGpusWords } from '../../../contract/plugin/gpu-words.ts';
import { clusterWords } from '../../../contract/state-words.ts';
import type { Schemas } from '../../data/api.ts';
import { statusQuery } from '../../data/queries.ts';
import { Status, type Tone } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';

type Instance = NonNullable<NonNullable<Schemas['PluginStatus']['serving']>['instance']>;
type Restarts = NonNullable<Instance['restarts']>;

/** Refresh interval per row, for tables with many versions. */
const tableRefreshMs = 60_000;

const tones: Record<Instance['state'], Tone> = {
  running: 'good',
  starting: 'warning',
  restarting: 'bad',
  asleep: 'quiet',
  failing: 'bad',
  unknown: 'warning',
};
const messages: Record<Instance['state'], string> = {
  running: 'running',
  starting: 'starting: calls wait',
  restarting: 'restarting',
  asleep: 'asleep, starts on the next call',
  failing: 'does not start',
  unknown: 'unknown: the builder does not respond',
};

/** Marks a crashed instance, even while one of its processes is up. */
export function InstanceState({
  instance: { cluster, container, error = null, fleet, gpus, restarts, state },
}: {
  instance: Pick<Instance, 'cluster' | 'container' | 'gpus' | 'restarts' | 'state' | 'fleet'> & {
    error?: string | null;
  };
}) {
  const tone = state === 'running' && restarts ? 'warning' : tones[state];
  return (
    <>
      <Status tone={tone}>{messages[state]}</Status>
      {error !== null && <span className="problem">: {visible(error)}</span>}
      {restarts && <RestartCount restarts={restarts} isDown={state === 'restarting'} />}
      {fleet && <FleetCount fleet={fleet} />}
      {container !== undefined && <span className="quiet">, in the shared container {container}</span>}
      {cluster && <span className="quiet">, on the Ray cluster {clusterWords(cluster)}</span>}
      {gpus && <span className="quiet">, with {heldGpusWords(gpus)}</span>}
    </>
  );
}

/** Shows how many of the possible instances are awake, and which ones have problems. */
function FleetCount({ fleet: { instances, max } }: { fleet: NonNullable<Instance['fleet']> }) {
  const calls = instances.reduce((sum, { calls_in_flight }) => sum + calls_in_flight, 0);
  const others = instances.filter(({ state }) => state !== 'running').map(({ number, state }) => `#${number} ${state}`);
  return (
    <span>
      {', '}
      {instances.length} of at most {max} instances awake, {calls} {calls === 1 ? 'call' : 'calls'} in flight
      {others.length > 0 && ` (${others.join(', ')})`}
    </span>
  );
}

export function RestartCount({
  restarts: { count, last_at, last_reason },
  isDown,
}: {
  restarts: Restarts;
  isDown: boolean;
}) {
  const [reason = ''] = last_reason.split('\n');
  return (
    <span>
      {isDown ? ' (' : ', restarted '}
      {count} {count === 1 ? 'time' : 'times'}, last: <Time at={last_at} />, {visible(reason)}
      {isDown && ')'}
    </span>
  );
}

interface Props {
  namespace: string;
  pluginId: string;
}

/** Shows one version's instance. */
export function PluginInstance({ namespace, pluginId }: Props) {
  const { data, error } = useQuery(statusQuery(namespace, pluginId));
  if (!data) return <span className="quiet">{error ? 'cannot be read' : 'Loading…'}</span>;
  if (!data.serving?.instance) return <span className="quiet">none: it answers no calls</span>;
  return <InstanceState instance={data.serving.instance} />;
}

export interface LiveVersion {
  version: string;
  pluginId: string;
}

/** Shows how many of a plugin's live versions are in each state, and names crashing ones. */
export function PluginInstances({ namespace, versions }: { namespace: string; versions: LiveVersion[] }) {
  const answers = useQueries({
    queries: versions.map(({ pluginId }) => ({
      ...statusQuery(namespace, pluginId),
      refetchInterval: tableRefreshMs,
    })),
  });
  const known = answers.flatMap(({ data }, index) => {
    const instance = data?.serving?.instance;
    return instance ? [{ version: versions[index]?.version ?? '', instance }] : [];
  });
  const crashing = known.filter(({ instance }) => instance.restarts !== null || instance.state === 'failing');
  const steady = (['running', 'starting', 'asleep', 'unknown'] as const).flatMap((state) => {
    const count = known.filter(({ instance }) => instance.state === state && instance.restarts === null).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return (
    <>
      {crashing.map(({ version, instance }) => (
        <div key={version}>
          {version} <InstanceState instance={instance} />
        </div>
      ))}
      {steady.join(', ')}
      {known.length === 0 && <span className="quiet">{answers.some(({ isPending }) => isPending) ? '…' : 'none'}</span>}
    </>
  );
}
