// The sidebar: the namespace that is shown, the pages by group, and the session.
import { Link } from '@tanstack/react-router';
import { BookOpen } from 'lucide-react';
import type { Opened } from './opened.ts';
import { groups, type Place, usePlaces } from './places.ts';
import { Switcher } from './switcher.tsx';
import { UserButton } from './user-button.tsx';

export function Sidebar({ open }: { open: (what: Opened) => void }) {
  const places = usePlaces();
  return (
    <>
      <Link to="/" className="brand">
        <svg
          className="icon"
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.2"
          aria-hidden="true"
        >
          <path strokeLinecap="round" d="M3 17c4 0 6-9 18-11M3 21h18" />
        </svg>
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
  if (places.length === 0) return null;
  return (
    <>
      {title !== '' && <h2>{title}</h2>}
      {places.map(({ icon: Icon, title, to }) => (
        <Link
          key={to}
          to={to}
          className="place"
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
