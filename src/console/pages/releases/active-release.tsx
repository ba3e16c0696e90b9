// Shows how a plugin's active release shares its calls.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { activeReleaseQuery } from '../../data/releases/release-queries.ts';
import { ReleaseStatus } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';

export function ActiveRelease({ namespace, name }: { namespace: string; name: string }) {
  const { data: release } = useQuery(activeReleaseQuery(namespace, name));
  if (!release) return null;
  const { id, percent, state, to } = release;
  return (
    <section className="panel" aria-label="Active release">
      <p className="split">
        <ReleaseStatus state={state} />{' '}
        <span id="split">
          {visible(to.version)} answers {percent}% of calls
        </span>{' '}
        <Link to="/n/$namespace/releases/$release" className="button small" params={{ namespace, release: id }}>
          Release
        </Link>
      </p>
      <meter min={0} max={100} value={percent} aria-labelledby="split" />
    </section>
  );
}
