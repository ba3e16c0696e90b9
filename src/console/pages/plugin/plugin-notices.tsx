// Shows above a plugin's overview whether advisories affect its live version, and its active release.
import { useQuery } from '@tanstack/react-query';
import { versionQuery } from '../../data/queries.ts';
import { AdvisoryWarning } from '../advisories/advisory-warning.tsx';
import { ActiveRelease } from '../releases/active-release.tsx';

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
