// Shows the live output of a deployment's instance.
import { useEffect, useRef, useState } from 'react';
import { useLiveLog } from '../../data/logs/live-log.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { LogLine } from '../../parts/log-line.tsx';
import { ByPlace } from '../../parts/plugins/by-place.tsx';

const streams = ['stdout', 'stderr', 'host'] as const;
type Stream = (typeof streams)[number];

interface Props {
  namespace: string;
  deployment: string;
  isOver: boolean;
}

export function InstanceLog({ namespace, deployment, isOver }: Props) {
  const { by, lines } = useLiveLog(namespace, deployment, isOver);
  const known = lines ?? [];
  const [stream, setStream] = useState<Stream>();
  const [follows, setFollows] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  const shown = stream === undefined ? known : known.filter((line) => line.stream === stream);
  const newest = shown.at(-1);
  useEffect(() => {
    if (follows && newest) end.current?.scrollIntoView({ block: 'nearest' });
  }, [follows, newest]);
  return (
    <section aria-labelledby="log">
      <h2 id="log">Instance log</h2>
      <p className="pickers">
        <label className="chip">
          Lines of:
          <select
            aria-label="Lines of"
            value={stream ?? ''}
            onChange={(event) => setStream(streams.find((one) => one === event.target.value))}
          >
            <option value="">everything</option>
            {streams.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          <input type="checkbox" checked={follows} onChange={(event) => setFollows(event.target.checked)} /> Follow
        </label>
        {by !== null && (
          <span className="quiet">{by === 'stream' ? 'live' : 'polled every 2 s, without a stream'}</span>
        )}
      </p>
      {shown.length === 0 ? (
        <p className="quiet">{lines === null ? 'Reading the log…' : 'The instance has not printed anything.'}</p>
      ) : (
        <pre className="code log">
          <ByPlace items={shown}>{(line) => <LogLine {...line} />}</ByPlace>
          <div ref={end} />
        </pre>
      )}
      <AsCommand
        of="The log as a command"
        cli={`slipway logs --deployment ${deployment}`}
        path={`/v1/namespaces/${namespace}/deployments/${deployment}/logs`}
      />
    </section>
  );
}
