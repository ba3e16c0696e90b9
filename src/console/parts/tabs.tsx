// Tabs of a resource with several pages: every child route with a tab name.
import { Link, useLocation, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  /** Route ID of the resource. */
  parent: string;
  /** The resource's route parameters, which complete the tabs' paths. */
  params: Record<string, string>;
  label: string;
  /** Shown before the last tab. */
  children?: ReactNode;
}

export function Tabs({ parent, params, label, children }: Props) {
  const { routesById } = useRouter();
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // A phone has no space for all of them.
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
