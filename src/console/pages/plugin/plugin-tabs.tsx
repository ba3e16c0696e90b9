// The tabs of a plugin: every route below it that has a name for one, and the source of the version that serves.
import { Link, useLocation, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Schemas } from '../../data/api.ts';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
}

const parent = '/signed-in/n/$namespace/plugins/$name';

function tabLink({ tab, to }: { tab: string; to: string }) {
  return (
    <Link
      key={to}
      to={to}
      activeOptions={{ exact: true, includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
    >
      {tab}
    </Link>
  );
}

/** Settings are the last tab, behind the source. */
export function PluginTabs({ namespace, plugin: { name, results, serving_version } }: Props) {
  const { routesById } = useRouter();
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // A phone has no room for all of them.
  useEffect(() => {
    nav.current
      ?.querySelector(`[href="${CSS.escape(pathname)}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
  const tabs = Object.values(routesById).flatMap(({ id, fullPath, options }) => {
    const tab = options.staticData?.tab;
    if (tab === undefined || !id.startsWith(`${parent}/`)) return [];
    return [{ tab, to: fullPath.replace('$namespace', namespace).replace('$name', name) }];
  });
  const version = serving_version ?? results[0]?.version;
  return (
    <nav ref={nav} className="tabs" aria-label={`Pages of ${name}`}>
      {tabs.slice(0, -1).map(tabLink)}
      {version !== undefined && (
        <Link
          to="/n/$namespace/plugins/$name/versions/$version/source"
          params={{ namespace, name, version }}
          search={{}}
        >
          Source
        </Link>
      )}
      {tabs.slice(-1).map(tabLink)}
    </nav>
  );
}
