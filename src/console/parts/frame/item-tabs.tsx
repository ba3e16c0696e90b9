// Links from a page to the others of its menu item.
import { Link, useMatches } from '@tanstack/react-router';
import { usePlaces } from './places.ts';

/** Shows nothing on pages that aren't in the menu, or if the session sees no other page of the item. */
export function ItemTabs() {
  const item = useMatches({ select: (matches) => matches.at(-1)?.staticData.menu?.in });
  const places = usePlaces().filter((place) => place.in === item);
  if (places.length < 2) return null;
  return (
    <nav className="tabs" aria-label={`${item}: pages`}>
      {places.map(({ title, to }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
