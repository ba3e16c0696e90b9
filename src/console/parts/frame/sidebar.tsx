// The sidebar: the namespace that is shown, the pages by group, and the session.
import { Link } from '@tanstack/react-router';
import { BookOpen } from 'lucide-react';
import { useCrumbs } from './breadcrumb.tsx';
import { Mark } from './mark.tsx';
import type { Opened } from './opened.ts';
import { groups, type Place, usePlaces } from './places.ts';
import { Switcher } from './switcher.tsx';
import { UserButton } from './user-button.tsx';

export function Sidebar({ open }: { open: (what: Opened) => void }) {
  const places = usePlaces();
  return (
    <>
      <Link to="/" className="brand">
        <Mark />
        Slipway
      </Link>
      <Switcher />
      <nav aria-label="Main">
        {groups.map((group) => (
          <Group key={group} title={group} places={places.filter((place) => place.group === group)} />
        ))}
        <a className="place" href="/docs">
          <BookOpen className="icon" aria-hidden />
          API
        </a>
      </nav>
      <UserButton open={open} />
    </>
  );
}

function Group({ title, places }: { title: string; places: Place[] }) {
  const [first] = useCrumbs();
  if (places.length === 0) return null;
  return (
    <>
      {title !== '' && <h2>{title}</h2>}
      {places.map(({ icon: Icon, title, to }) => (
        <Link
          key={to}
          to={to}
          className="place"
          data-current={first?.to === to || undefined}
          activeOptions={{ exact: places.some((other) => other.to.startsWith(`${to}/`)), includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          <Icon className="icon" aria-hidden />
          {title}
        </Link>
      ))}
    </>
  );
}
