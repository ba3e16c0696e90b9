// The tabs of a plugin: every route below it that has a name for one, and the source of the version that serves.
import { Link, useRouter } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
}

const parent = '/signed-in/n/$namespace/plugins/$name';

export function PluginTabs({ namespace, plugin: { name, results, serving_version } }: Props) {
  const { routesById } = useRouter();
  const tabs = Object.values(routesById).flatMap(({ id, fullPath, options }) => {
    const tab = options.staticData?.tab;
    if (tab === undefined || !id.startsWith(`${parent}/`)) return [];
    return [{ tab, to: fullPath.replace('$namespace', namespace).replace('$name', name) }];
  });
  const version = serving_version ?? results[0]?.version;
  return (
    <nav className="tabs" aria-label={`Pages of ${name}`}>
      {tabs.map(({ tab, to }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {tab}
        </Link>
      ))}
      {version !== undefined && (
        <Link
          to="/n/$namespace/plugins/$name/versions/$version/source"
          params={{ namespace, name, version }}
          search={{}}
        >
          Source
        </Link>
      )}
    </nav>
  );
}
