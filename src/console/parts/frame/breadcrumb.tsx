// Shows the path from the organization to the current page. A route defines its name and its parent page.
import { Link, useMatches, useRouteContext, useRouter } from '@tanstack/react-router';

interface Crumb {
  text: string;
  to: string;
}

export function Breadcrumb() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const crumbs = useCrumbs();
  return (
    <nav className="crumbs" aria-label="Breadcrumb">
      <ol>
        <li>
          <Link to="/" search={{ all: true }} activeOptions={{ exact: true }}>
            {key.organization_name}
          </Link>
        </li>
        {crumbs.map(({ text, to }, index) => (
          <li key={to}>
            {index === crumbs.length - 1 ? (
              <span aria-current="page">{text}</span>
            ) : (
              <Link to={to} activeOptions={{ exact: true }}>
                {text}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Returns the pages from the organization to the current one. */
export function useCrumbs(): Crumb[] {
  const { routesById } = useRouter();
  const last = useMatches().findLast(({ staticData }) => staticData.title !== undefined);
  const crumbs: Crumb[] = [];
  if (last === undefined) return crumbs;
  const params = new Map<string, string>(Object.entries(last.params));
  const named = Object.values(routesById).filter(({ options }) => options.staticData?.title !== undefined);
  for (let route = named.find(({ id }) => id === last.routeId); route !== undefined; ) {
    const { title, under } = route.options.staticData ?? {};
    const text = typeof title === 'object' ? params.get(title.parameter) : title;
    const to = route.fullPath.replaceAll(/\$(\w+)/g, (_, name) => encodeURIComponent(params.get(name) ?? ''));
    crumbs.unshift({ text: text ?? '', to });
    route = named.find(({ fullPath }) => fullPath === under);
  }
  return crumbs;
}
