// Shows above a plugin's overview whether advisories affect its live version, and its active release.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { versionQuery } from '../../data/queries.ts';
import { activeReleaseQuery } from '../../data/releases/release-queries.ts';
import { ReleaseStatus } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';
import { AdvisoryWarning } from '../advisories/advisory-warning.tsx';

interface Props {
  namespace: string;
  name: string;
  /** ID of the live version. */
  live: string | undefined;
}

export default function PluginNotices({ live, name, namespace }: Props) {
  return (
    <>
      {live !== undefined && <LiveVersionWarning namespace={namespace} pluginId={live} />}
      <ActiveRelease namespace={namespace} name={name} />
    </>
  );
}

function LiveVersionWarning({ namespace, pluginId }: { namespace: string; pluginId: string }) {
  const { data } = useQuery(versionQuery(namespace, pluginId));
  return data && <AdvisoryWarning name={data.plugin.name} counts={data.plugin.advisories} which="the live version" />;
}

/** Shows how the plugin's active release shares its calls. */
function ActiveRelease({ namespace, name }: { namespace: string; name: string }) {
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
