// The tabs of a thing with several pages: every route below it that has a name for one.
import { Link, useLocation, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  /** ID of the route of the thing. */
  parent: string;
  /** Its parameters, by which the paths of the tabs are completed. */
  params: Record<string, string>;
  label: string;
  /** Shown before the last tab. */
  children?: ReactNode;
}

export function Tabs({ parent, params, label, children }: Props) {
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
    return [{ tab, to: fullPath.replaceAll(/\$(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? '')) }];
  });
  return (
    <nav ref={nav} className="tabs" aria-label={label}>
      {tabs.slice(0, -1).map(tabLink)}
      {children}
      {tabs.slice(-1).map(tabLink)}
    </nav>
  );
}

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
